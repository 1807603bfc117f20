# Checks one layout in parts, or many layouts, on as many processors as make is given. See docs/scale.md.
#
#   make -f drc/parts.mk -j8 INPUT=chip.gds TECH=wlcsp SIDE=5000 OUT=parts          one layout, window by window
#   make -f drc/parts.mk -j8 many INPUTS="a.gds b.oas" TECH=wlcsp OUT=reports       many layouts
#
# OUT gets a report (.lyrdb) and a summary (.json) of each part; whole.lyrdb and whole.json hold the result of all windows.
# Ends with an error when a part could not be checked, and when the merged result has violations.

DRC := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
KLAYOUT ?= klayout
TECH ?= postpass
SIDE ?= 5000
OUT ?= parts
TOP := $(if $(TOPCELL),-rd topcell=$(TOPCELL))
CHECK = $(KLAYOUT) -b -r $(DRC)/postpass.lydrc -rd tech=$(TECH) -rd threads=1
# 2: violations, which are a result
FINE = || test $$? -eq 2

ifdef INPUT
WINDOWS := $(shell $(KLAYOUT) -b -r $(DRC)/postpass_windows.py -rd input=$(INPUT) -rd side=$(SIDE) $(TOP))
PARTS := $(WINDOWS:%=$(OUT)/parts/window_%.json) $(OUT)/parts/nets.json
endif

.PHONY: whole many

# always merged anew, so that violations fail every run, not the first alone
whole: $(PARTS)
	@test -n "$(WINDOWS)" || { echo "no window to check: name the layout with INPUT=FILE" >&2; exit 1; }
	$(KLAYOUT) -b -r $(DRC)/postpass_merge.py -rd parts='$(OUT)/parts/*.json' -rd report=$(OUT)/whole.lyrdb -rd summary=$(OUT)/whole.json

$(OUT)/parts/window_%.json: $(INPUT) | $(OUT)/parts
	$(CHECK) $(TOP) -rd input=$(INPUT) -rd window=$* -rd report=$(@:.json=.lyrdb) -rd summary=$@ > $(@:.json=.log) $(FINE)

$(OUT)/parts/nets.json: $(INPUT) | $(OUT)/parts
	$(CHECK) $(TOP) -rd input=$(INPUT) -rd family=technology,nets -rd report=$(@:.json=.lyrdb) -rd summary=$@ > $(@:.json=.log) $(FINE)

$(OUT)/parts $(OUT):
	mkdir -p $@

many: $(foreach file,$(INPUTS),$(OUT)/$(basename $(notdir $(file))).json)

define check_one
$(OUT)/$(basename $(notdir $(1))).json: $(1) | $(OUT)
	$$(CHECK) -rd input=$$< -rd report=$$(@:.json=.lyrdb) -rd summary=$$@ > $$(@:.json=.log) $$(FINE)
endef
$(foreach file,$(INPUTS),$(eval $(call check_one,$(file))))
