# The file system of the guest: `. initramfs.sh`, then guest_initramfs. Not a program.

# add_libraries PROGRAM...: their shared libraries and the loader, where the guest looks for them
add_libraries()
{
	ldd "$@" 2>/dev/null | grep -o '/[^ :]*\.so[^ :]*' | sort -u | while read -r library; do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done
}

# add_programs PROGRAM...: into /bin, with their libraries
add_programs()
{
	for program in "$@"; do
		file=$(command -v "$program") || skip "there is no $program"
		cp -L "$file" "$root/bin/"
		add_libraries "$file"
	done
}

# guest_initramfs JOB: packs $root, made of the kernel's modules, the programs and a job, into
# $work/initramfs. Not compressed: unpacking it is what an emulated CPU is slow at.
guest_initramfs()
{
	root=$work/root
	rm -rf "$root"
	for folder in bin sbin dev proc sys tmp out run etc share lib64 usr/share; do
		mkdir -p "$root/$folder"
	done
	cp -r "$kernel/lib" "$root/"
	add_programs busybox kmod aplay amidi aconnect jitterscope guest_hog guest_storm
	for name in modprobe rmmod; do
		ln -s ../bin/kmod "$root/sbin/$name"
	done
	ln -s aplay "$root/bin/arecord"
	cp -r /usr/share/alsa "$root/usr/share/"
	cp "$here/init" "$root/"
	cp "$here/guest.sh" "$here/jobs/$1/job.sh" "$JSCOPE_SOURCE/tests/lsan.supp" "$root/etc/"
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) > "$work/initramfs"
}
