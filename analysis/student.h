/*
 * Student's t distribution: how many standard errors a difference must have where these are
 * estimated from few blocks. Pure functions, any thread. Inside analysis/.
 */
#ifndef ANALYSIS_STUDENT_H
#define ANALYSIS_STUDENT_H

/* P(T > t) for t >= 0 and `freedom` degrees of freedom (> 0). */
double jscope__student_tail(double t, double freedom);

/* The t whose tail is `tail` (0 < tail < 0.5). */
double jscope__student_quantile(double tail, double freedom);

#endif
