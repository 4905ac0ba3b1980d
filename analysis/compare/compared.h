/*
 * What a comparison found: its figures, their changes, and the verdicts of a gate. Inside analysis/;
 * the writers only read it.
 */
#ifndef ANALYSIS_COMPARED_H
#define ANALYSIS_COMPARED_H

#include "analysis/compare.h"
#include "clean.h"
#include "gate_tree.h"
#include "series.h"

/* Of all comparisons in which nothing moved so many name anything. */
#define JSCOPE__COMPARE_RATE 0.03

/* How often a shift as large as the one that is told as detectable is found. */
#define JSCOPE__COMPARE_POWER 0.98

#define JSCOPE__CHANGES 4

#define JSCOPE__FIGURES_MAX 8192

/* One percentile on both sides. */
struct jscope__change {
	double q;
	bool known;			  /* both sides tell it, and how sure it is */
	int64_t value[JSCOPE_SIDE_COUNT]; /* by side; known or not, where there are values */
	int64_t low, high;		  /* interval of the difference, of all changes together */
	int64_t wander;			  /* between the halves of a side, the larger of both */
	int64_t detectable;	 /* the least growth that would have been found; 0: none would */
	double detectable_ratio; /* and its ratio to the value of A; 0 where that says nothing */
	struct jscope__rank_error error[JSCOPE_SIDE_COUNT];
	bool moved;
	bool slight; /* it moved, by less than matters */
};

struct jscope__figure {
	char section[16];
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE], name[JSCOPE__NAME_SIZE];
	const char *unit;
	struct jscope__series side[JSCOPE_SIDE_COUNT];
	bool is_compared; /* else only gates ask for it */
	bool is_low;	  /* its lower tail is the bad one, as of headroom */
	struct jscope__change changes[JSCOPE__CHANGES];
	enum jscope_standing standing;
	double detectable_ratio; /* the least of its changes */
};

/* A number that is no distribution, summed over the runs of a side. */
struct jscope__tally {
	char section[16];
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE], name[JSCOPE__NAME_SIZE];
	double value[JSCOPE_SIDE_COUNT];
	bool has[JSCOPE_SIDE_COUNT];
};

/* What became of one condition for one owner of its figure. */
struct jscope__judgement {
	const struct jscope__condition *condition;
	/* One of both, or none where the recording has no such figure. */
	const struct jscope__figure *figure;
	const struct jscope__tally *tally;
	enum jscope_gate_verdict verdict;
	bool is_time;	/* the numbers below are ns */
	bool has_value; /* the next two are known */
	double value;	/* of side B */
	double bound;	/* that it is held against */
	bool has_low, has_high;
	double low, high; /* between what the value lies, the doubt of the bound included */
	char reason[160]; /* why it could not be told; else "" */
	bool runs_differ; /* by more than their blocks explain */
};

/* By what name a thing goes on either side. */
struct jscope__same {
	const char *a, *b; /* borrowed */
};

struct jscope__side {
	unsigned run_count;
	struct jscope_report *runs[JSCOPE_COMPARE_RUNS_MAX]; /* owned */
	enum jscope_trust trust;			     /* the worst of them */
	bool lossy;					     /* something may be missing in them */
	bool idle; /* in one of them nothing happened at all */
};

/* How often a gate that nothing breaks may fail by chance, or one that is broken pass. */
#define JSCOPE__GATE_RATE 0.05

struct jscope_compare {
	struct jscope__side sides[JSCOPE_SIDE_COUNT];
	const struct jscope_gate *gate; /* borrowed; NULL: none */
	struct jscope_smallest smallest;
	unsigned same_count;
	struct jscope__same same[JSCOPE_COMPARE_SAME_MAX];
	unsigned figure_count, tally_count;
	struct jscope__figure *figures; /* owned, as are the next */
	struct jscope__tally *tallies;
	uint64_t
		refused; /* figures and counts beyond the limit, and those whose order found no memory */
	unsigned family; /* changes that are tested, which share the rate */
	unsigned judgement_count;
	struct jscope__judgement *judgements; /* owned */
};

/* The runs' rows, matched by name, into figures and tallies. Returns 0 or -ENOMEM. */
int jscope__compare_match(struct jscope_compare *compare);
/* Test every change, and say how the figures stand. */
void jscope__compare_test(struct jscope_compare *compare);
/* Judge the gate. Returns 0 or -ENOMEM. */
int jscope__compare_judge(struct jscope_compare *compare);

/* The worst verdict of a gate: of conditions that fail and others that cannot be told, fail. */
enum jscope_gate_verdict jscope__compare_verdict(const struct jscope_compare *compare);

/* Of what a condition was judged; "" for the whole recording. Returns text. */
#define JSCOPE__OWNER_SIZE (3 * JSCOPE__NAME_SIZE)
char *jscope__judgement_owner(const struct jscope__judgement *judgement,
			      char text[JSCOPE__OWNER_SIZE]);
/* "231.0 us (219.0 us .. 240.0 us), bound 250.0 us". Returns text. */
#define JSCOPE__FOUND_SIZE 192
char *jscope__judgement_write(const struct jscope__judgement *judgement,
			      char text[JSCOPE__FOUND_SIZE]);

/* Do both speak of the same device, stream, line or thread? */
bool jscope__figure_is_sibling(const struct jscope__figure *a, const struct jscope__figure *b);
/* "dev1 stream 0x1", "irq 24 nvme0q1". Returns text. */
char *jscope__owner_write(char text[JSCOPE__OWNER_SIZE], const char *section, const char *device,
			  const char *stream);

#endif
