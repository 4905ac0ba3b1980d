# The guest boots, and what was built runs in it.
uname -a
jitterscope --version > /out/version
