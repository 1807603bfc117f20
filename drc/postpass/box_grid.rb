# Which boxes touch a box, among a million.

module Postpass

  # Finds figures by their boxes. Each stands in the few cells that its box touches, in a grid of cells that fit its size.
  class BoxGrid

    def initialize(lefts, bottoms, outlines)
      @lefts, @bottoms, @outlines = lefts, bottoms, outlines
      @levels = Hash.new { |known, level| known[level] = {} }
      @outlines.each_index { |number| insert(number) }
    end

    # Numbers of the figures whose box touches the box, ascending; of larger or equally large ones alone with a level.
    # (Plain loops: this runs once or twice for every shape of a layout.)
    def touching(left, bottom, right, top, from_level = 0)
      found = []
      @levels.each do |level, cells|
        next if level < from_level
        column, last_column, first_row, last_row = left >> level, right >> level, bottom >> level, top >> level
        if (last_column - column + 1) * (last_row - first_row + 1) > cells.size
          cells.each_value { |members| take(members, found, left, bottom, right, top) }
          next
        end
        while column <= last_column
          row = first_row
          while row <= last_row
            members = cells[(column << 31) + row]
            take(members, found, left, bottom, right, top) if members
            row += 1
          end
          column += 1
        end
      end
      found.size > 1 ? found.uniq.sort : found
    end

    private

    def take(members, found, left, bottom, right, top)
      return members.each { |number| found << number if meets?(number, left, bottom, right, top) } unless members.is_a?(Integer)
      found << members if meets?(members, left, bottom, right, top)
    end

    def meets?(number, left, bottom, right, top)
      outline, x, y = @outlines[number], @lefts[number], @bottoms[number]
      x <= right && y <= top && x + outline.width >= left && y + outline.height >= bottom
    end

    def insert(number)
      outline, left, bottom = @outlines[number], @lefts[number], @bottoms[number]
      level = outline.level
      cells = @levels[level]
      column, last_column, last_row = left >> level, (left + outline.width) >> level, (bottom + outline.height) >> level
      while column <= last_column
        row = bottom >> level
        while row <= last_row
          key = (column << 31) + row
          members = cells[key]
          cells[key] = members.nil? ? number : (members.is_a?(Integer) ? [members, number] : members << number)
          row += 1
        end
        column += 1
      end
    end

  end

end
