#!/bin/sh
# klayout_batch.sh LAYOUT TECHNOLOGY: the deck of the installed package in KLayout itself, without a window and without Python's wheel.
# Exit code 0: legal, 2: violations, 1: could not check.
deck=${KLAYOUT_HOME:-$HOME/.klayout}/salt/postpass/drc/postpass.lydrc
exec klayout -b -r "$deck" -rd "input=$1" -rd "tech=$2" -rd "report=$1.lyrdb" -rd "junit=$1.xml"
