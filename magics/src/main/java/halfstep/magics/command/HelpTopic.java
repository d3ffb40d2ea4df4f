package halfstep.magics.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options that several commands share: explained once, and named in the help of each. */
enum HelpTopic {
  /** What becomes of a result. */
  RESULT("What becomes of a result, the same for every command.", ResultOptions::new),
  /** The parameters of every method. */
  METHODS("The parameters of methods. A method looks at its own.", MethodOptions::new),
  /** The text that flows through the model. */
  CALIBRATION("The text that flows through the model.", CalibrationOptions::new),
  /** Where whole matrices are computed. */
  DEVICE("Another place to compute; docs/gpu.md says what goes there.", DeviceOption::new);

  private final String description;
  private final Supplier<Object> options;

  HelpTopic(String description, Supplier<Object> options) {
    this.description = description;
    this.options = options;
  }

  /** As it is typed after {@code %help}. */
  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** One sentence. */
  String description() {
    return description;
  }

  /** Its options, in their order. */
  List<OptionSpec> options() {
    return CommandSpec.forAnnotatedObject(options.get()).options();
  }

  /** The topic of that name. */
  static Optional<HelpTopic> of(String word) {
    return Arrays.stream(values()).filter(topic -> topic.word().equals(word)).findFirst();
  }

  /** The topic that a mixin's options belong to. */
  static Optional<HelpTopic> ofMixin(Object mixin) {
    return switch (mixin) {
      case ResultOptions _ -> Optional.of(RESULT);
      case MethodOptions _ -> Optional.of(METHODS);
      case CalibrationOptions _ -> Optional.of(CALIBRATION);
      case DeviceOption _ -> Optional.of(DEVICE);
      default -> Optional.empty();
    };
  }

  /** The words of all topics. */
  static List<String> words() {
    return Arrays.stream(values()).map(HelpTopic::word).toList();
  }
}
