# Shared by the tests that record the running kernel: `. "$JSCOPE_SOURCE/tests/golden/kernel.sh"`.

# Only where this user may and this kernel can; where both are said to be so, failing is a failure.
need_kernel()
{
	[ -r /sys/kernel/btf/vmlinux ] || skip "this kernel has no BTF"
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	# CAP_SYS_ADMIN, CAP_PERFMON and CAP_BPF.
	[ $((0x$caps >> 21 & 0x20001 | 0x$caps >> 38 & 2)) -eq $((0x20003)) ] ||
		skip "recording the kernel takes CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN"
}

# The disk that holds a directory, as the kernel calls it.
disk_of()
{
	device=$(stat --format=%Hd:%Ld "$1")
	node=$(readlink -f "/sys/dev/block/$device") || return 1
	[ ! -e "$node/partition" ] || node=$(dirname "$node")
	[ -e "$node/stat" ] && basename "$node"
}
