# Shared by the jobs, inside the guest: `. /etc/guest.sh`. Not a program.
