/*
 * Distributions of chance: how many standard errors a difference must have where these are estimated
 * from few blocks, and how far ranks wander. Pure functions, any thread. Inside analysis/.
 */
#ifndef ANALYSIS_CHANCE_H
#define ANALYSIS_CHANCE_H

/* Student's t: P(T > t) for t >= 0 and `freedom` degrees of freedom (> 0). */
double jscope__student_tail(double t, double freedom);

/* The t whose tail is `tail` (0 < tail < 0.5). */
double jscope__student_quantile(double tail, double freedom);

/* The normal distribution's, the limit of many degrees of freedom. */
double jscope__normal_quantile(double tail);

/*
 * Of `count` values (not necessarily a whole number) each lies in a share of chance `share` (0 < share
 * <= 0.5): as few or fewer of them than this do so with a probability of `tail` (< 0.5). Negative
 * where even none of them is more probable.
 */
double jscope__binomial_low(double count, double share, double tail);

/* The same of as many or more. It may be more than `count`. */
double jscope__binomial_high(double count, double share, double tail);

#endif
