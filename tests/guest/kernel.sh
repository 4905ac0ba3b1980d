# The kernel of the guest: `. kernel.sh`, then guest_kernel. It is downloaded from the archive of
# Debian and unpacked, never installed, and kept in $cache for the next time. Not a program.

cache=${JSCOPE_GUEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/jitterscope-guest}

# What the jobs load; their dependencies come along.
guest_modules="snd-hda-intel snd-hda-codec-generic snd-intel8x0 snd-dummy snd-aloop snd-virmidi
	snd-seq null_blk scsi_debug sd_mod nvme ahci virtio_blk virtio_scsi virtio_pci 9p
	9pnet_virtio"

# kernel_names: packages with a kernel 6.1, the newest first.
kernel_names()
{
	apt-cache search --names-only '^linux-image-6\.1\.[0-9]+-[0-9]+-amd64(-unsigned)?$' |
		cut -d ' ' -f 1 | sort -rV
}

# kernel_download: a kernel package into the cache, under its own name only when it is whole.
kernel_download()
{
	command -v apt-get >/dev/null 2>&1 || skip "there is no apt-get to fetch a kernel with"
	name=$(kernel_names | head -n 1)
	[ -n "$name" ] || skip "the package lists have no kernel 6.1: apt-get update"
	mkdir "$work/download"
	(cd "$work/download" && apt-get -q download "$name" > "$work/apt" 2>&1) ||
		skip "$name cannot be downloaded: $(tail -n 1 "$work/apt")"
	for package in "$work"/download/*.deb; do
		mv "$package" "$cache/download.part"
		mv "$cache/download.part" "$cache/${package##*/}"
	done
}

kernel_package()
{
	find "$cache" -name 'linux-image-*.deb' | sort -V | tail -n 1
}

# module_files ROOT RELEASE: the wanted modules and what they depend on, below ROOT
module_files()
{
	for module in $guest_modules; do
		modprobe -d "$1" -C /dev/null -S "$2" --show-depends "$module" ||
			fail "kernel $2 has no module $module"
	done | sed -n "s|^insmod $1/||p" | cut -d ' ' -f 1 | sort -u
}

# kernel_unpack PACKAGE FOLDER: the image and the wanted modules
kernel_unpack()
{
	all=$work/kernel
	part=$2.part
	mkdir "$all"
	dpkg-deb -x "$1" "$all" || fail "'$1' is damaged: remove it, it is downloaded again"
	release=$(ls "$all/lib/modules")
	depmod -b "$all" "$release"
	rm -rf "$part"
	mkdir "$part"
	module_files "$all" "$release" > "$work/modules"
	(cd "$all" && cp --parents $(cat "$work/modules") "lib/modules/$release"/modules.order \
		"lib/modules/$release"/modules.builtin* "$part")
	depmod -b "$part" "$release"
	cp "$all/boot/vmlinuz-$release" "$part/vmlinuz"
	mv "$part" "$2"
	rm -rf "$all"
}

# guest_kernel: sets $kernel to a folder with vmlinuz and lib/modules/RELEASE. One run at a time
# fills the cache; another selection of modules gets another folder.
guest_kernel()
{
	PATH=$PATH:/usr/sbin:/sbin
	need_program dpkg-deb
	need_program modprobe
	mkdir -p "$cache" && [ -w "$cache" ] ||
		skip "the kernel cannot be kept in '$cache': set JSCOPE_GUEST_CACHE"
	exec 9> "$cache/lock"
	flock 9
	[ -n "$(kernel_package)" ] || kernel_download
	package=$(kernel_package)
	[ -n "$package" ] || fail "no kernel came into '$cache'"
	kernel=${package%.deb}-$(echo "$guest_modules" | cksum | cut -d ' ' -f 1)
	[ -d "$kernel" ] || kernel_unpack "$package" "$kernel"
	exec 9>&-
}
