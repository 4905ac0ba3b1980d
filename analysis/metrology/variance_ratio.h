/*
 * How likely chance alone is to make the ratio of two variances so large: the upper tail of the
 * distribution that Fisher and Snedecor gave their name. Pure arithmetic. Inside analysis/.
 */
#ifndef ANALYSIS_VARIANCE_RATIO_H
#define ANALYSIS_VARIANCE_RATIO_H

/*
 * Probability that the mean of `above` squares of standard normals is more than `ratio` times that
 * of `below` others. above, below: degrees of freedom, over 0, need not be whole. ratio: over 0.
 */
double jscope__variance_ratio_chance(double ratio, double above, double below);

#endif
