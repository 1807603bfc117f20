"""All tolerances of the router, each with its unit, and why it is as large as it is.

Coordinates are doubles of at most a metre in µm, whose rounding is some 1e-10; results lie on the layout grid, of which the
finest is 1e-4 µm.  What tells right from rounding lies between the two.
"""

# ---- lengths in µm (areas in µm², costs in µm of length) ----

#: what no calculation but its rounding makes of zero: coordinates on one grid line, sides without length, sines of straight turns
ROUNDING = 1e-9
#: what is less is zero in a divisor, or an area of nothing; far below what any two shapes on a grid can have
NOTHING = 1e-12
#: metal that is nearer touches: above the rounding of slanted sides, far below the finest grid
TOUCH = 1e-7
TOUCH_DIGITS = 7  # decimals of numbers that are the same by TOUCH
#: common outline that makes a contact; a corner that two shapes share is none, and no overlap on a grid is as short
JOINT = 1e-4
#: places and costs that are one: sums and products of some rounded numbers differ by less, grid points by more
SAME = 1e-6
#: so far a trace may reach into the zone of others: sums of half widths and spaces round by less, and no grid step is shorter
TRESPASS = 1e-4
#: so far a track runs inside a zone before that counts; less than TRESPASS, as what the search finds must not trespass
INSIDE = 1e-5
#: least gain of a better path; what gains less is the same by another sum, and improvement would not end
GAIN = 1e-3
#: what a trace must reach to join another, where grid steps (JOIN_STEPS) are shorter
JOIN = 0.01

# ---- grid steps ----

#: what a line may lie beside a grid line and still be on it
ON_GRID = 1e-4
#: a search ends within two steps of what it is to join, beside a slanted centre line; half a step more for the rounding
JOIN_STEPS = 2.5

# ---- shares ----

#: by which a count may lack the next whole number: its divisor is a sum of a few lengths
WHOLE = 1e-6
#: of a track (width and space): what a cut may be too narrow and still hold a trace, more than TRESPASS for tracks from 0.05 µm
CUT = 0.002
#: by which demand must exceed room, or a length a bound, to be more: what a linear program leaves open
MORE = 1e-6
#: by which a further round of linear programs must promise more
PROMISE = 1e-4
