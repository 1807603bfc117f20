# The technology as the deck sees it. Python's strict loader reads and validates the file;
# Ruby asks it for the resolved record, so that there is one validator and one set of messages.

require "json"

module Postpass

  # Something that makes checking impossible; the message is one sentence for the user.
  class CannotCheck < StandardError; end

  # Says why there is no result, in one printable line of sensible length; returns the exit code.
  def self.refuse(sentence)
    text = sentence.dup.force_encoding(Encoding::UTF_8).scrub { |bytes| bytes.bytes.map { |byte| "\\x%02x" % byte }.join }
    text = text.gsub(/[[:cntrl:]\u2028\u2029]/) { |character| character.dump[1..-2] }
    text = "#{text[0, 400]} ... #{text[-400..-1]}" if text.size > 900
    $stderr.puts "ERROR: #{text}"
    1
  end

  # A sentence on a fault of the deck itself, or of this machine. POSTPASS_TRACEBACK=1 shows where.
  def self.unforeseen(error)
    $stderr.puts error.full_message(highlight: false) if ENV["POSTPASS_TRACEBACK"]
    return "out of memory: the layout is too large for this machine" if error.is_a?(NoMemoryError)
    place = (error.backtrace || []).first.to_s[/[^\/]+:\d+/]
    "the deck failed on this input (#{error.class} in #{place}): please report it; POSTPASS_TRACEBACK=1 shows more"
  end

  # What became of older results, for a run that failed.
  def self.say_kept
    ask("kept").each { |sentence| puts sentence }
  rescue CannotCheck # without Python nothing was set aside
    nil
  end

  # Asks a function of Python (pymacros/postpass/batch.py), which answers [answer, sentence of what is wrong].
  def self.ask(function, *arguments)
    python = Technology.python(File.expand_path("../../..", __FILE__))
    names = arguments.each_index.map { |number| "postpass_argument_#{number}" }
    names.zip(arguments) { |name, argument| python.define_variable(name, argument) }
    answer, error = python.eval_expr("__import__('postpass.batch').batch.#{function}(#{names.join(', ')})")
    raise CannotCheck, error.dup.force_encoding("UTF-8") if error
    answer
  ensure
    names.to_a.each { |name| python.define_variable(name, nil) }
  end

  # A name out of a layout as text that can be shown: bytes that are not UTF-8 and control characters as codes (pymacros/postpass/strings.py).
  def self.shown(name)
    text = name.dup.force_encoding("UTF-8")
    return text if text.valid_encoding? && !text.match?(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]/)
    python = Technology.python(File.expand_path("../../..", __FILE__))
    python.eval_expr("__import__('postpass.strings').strings.shown(bytes.fromhex('#{name.unpack1('H*')}'))").force_encoding("UTF-8")
  end

  class Technology

    # identity: the words that name it in messages and reports: name, title, file, checksum of its rules
    attr_reader :name, :title, :path, :checksum, :identity, :rules, :layers, :connectivity, :dbu, :grid

    def initialize(name_or_path, package_folder)
      @package_folder = package_folder
      @record = record = JSON.parse(ask_python(name_or_path, package_folder))
      @name, @title, @path, @rules = record["name"], record["title"], record["path"], record["rules"]
      @checksum, @identity = record["checksum"], record["identity"]
      @dbu, @grid = record["dbu_um"].to_f, record["grid_um"].to_f
      @connectivity = record["connectivity"]
      @layers = record["layers"].map { |layer| [layer["name"], layer] }.to_h
    end

    # names of the technologies in this package
    def self.installed(package_folder)
      JSON.parse(python(package_folder).eval_expr("__import__('json').dumps(sorted(__import__('postpass.tech').tech.installed()))"))
    end

    # names of the technologies that speak against this one: a layout named so in KLayout has shapes on these layers ([[layer, datatype], ...])
    def others(named, numbers)
      used, named, numbers = [@name, named, numbers].map { |value| JSON.dump(value) }
      tech = "__import__('postpass.tech').tech"
      JSON.parse(Technology.python(@package_folder).eval_expr("__import__('json').dumps(#{tech}.others(#{used}, #{tech}.signs(#{named}, #{numbers})))"))
    end

    def self.python(package_folder)
      python = RBA::Interpreter.python_interpreter or raise CannotCheck, "this KLayout has no Python, which reads the technology file"
      place = JSON.dump(File.join(package_folder, "pymacros"))
      python.eval_string("import sys\nif #{place} not in sys.path: sys.path.append(#{place})\n")
      python
    end

    # [where, um] of the largest length that a rule asks for
    def longest
      @record["longest_um"]
    end

    def drawn
      @layers.values.select { |layer| layer["gds"] }
    end

    # Vias, pads and UBM are closed shapes and have a size; traces have a width wherever two edges face each other.
    def closed_shapes?(name)
      @layers[name]["parts"].all? { |part| %w[contact cut pad ubm].include?(@layers[part]["kind"]) }
    end

    private

    def ask_python(name_or_path, package_folder)
      python = Technology.python(package_folder)
      python.eval_expr("__import__('postpass.tech').tech.load(#{JSON.dump(name_or_path)}).deck_json()")
    rescue RuntimeError => error
      raise CannotCheck, error.message.lines.first.chomp
    end

  end

end
