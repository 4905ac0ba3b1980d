#!/bin/sh
# Does every folder include only what the map in ARCHITECTURE.md allows? Prints each offence.
# usage: layers.sh [ROOT]
set -eu
root=${1:-${JSCOPE_SOURCE:?}}
cd "$root"
offences=$(mktemp)
trap 'rm -f "$offences"' EXIT

# check FOLDER "OWN PREFIXES ALLOWED": quoted includes with a slash must start with one of them.
check()
{
	folder=$1
	allowed=$(echo "$2" | tr ' ' '|')
	find "$folder" -name '*.[ch]' 2>/dev/null | sort | while read -r file; do
		grep -nE '^[[:space:]]*#[[:space:]]*include "[^"]*/' "$file" |
			grep -vE "include \"($allowed)/" | sed "s|^|$file:|" || true
	done >> "$offences"
}

# only FOLDER PATTERN: nobody else includes system headers of this pattern.
only()
{
	grep -rnE --include='*.[ch]' "^[[:space:]]*#[[:space:]]*include <$2" \
		common probes tracer replay analysis cli 2>/dev/null |
		grep -v "^$1" >> "$offences" || true
}

check common "common"
check probes "common probes jscope ust"
check tracer "common probes jscope tracer device lttng"
check replay "common probes jscope replay ctf"
check analysis "common probes jscope replay analysis rules"
check cli "common probes jscope replay analysis tracer playback"
only probes/ust/ 'lttng/tracepoint'
only tracer/lttng/ 'lttng/lttng\.h'
only '\(probes/bpf/\|tracer/kernel/probes\)' 'bpf/'
only replay/ 'babeltrace2/'
only cli/playback/ 'ncurses'

if [ -s "$offences" ]; then
	cat "$offences"
	echo "$(wc -l < "$offences") includes cross a wall" >&2
	exit 1
fi
echo "no include crosses a wall"
