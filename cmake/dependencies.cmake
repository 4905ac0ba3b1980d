find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Each line: imported target PkgConfig::<NAME>; README.md has the Debian package that provides it.
pkg_check_modules(LTTNG_UST REQUIRED IMPORTED_TARGET lttng-ust>=2.13)
pkg_check_modules(LTTNG_CTL REQUIRED IMPORTED_TARGET lttng-ctl>=2.13)
pkg_check_modules(BABELTRACE2 REQUIRED IMPORTED_TARGET babeltrace2>=2.0)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(KISSFFT REQUIRED IMPORTED_TARGET kissfft-float)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
pkg_check_modules(LIBBPF REQUIRED IMPORTED_TARGET libbpf>=1.1)
pkg_check_modules(NCURSESW REQUIRED IMPORTED_TARGET ncursesw)
