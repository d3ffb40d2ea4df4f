package halfstep.magics.run;

import halfstep.llm.Model;
import halfstep.magics.session.Passage;
import halfstep.magics.session.Texts;
import java.util.ArrayList;
import java.util.List;

/** Texts of an experiment that keeps them apart: a passage each. */
final class LabTexts {

  private LabTexts() {}

  /**
   * Reads each text for itself.
   *
   * @param words files that the line names; when empty, the project's texts that evaluate
   * @param most tokens of each
   * @param ctx tokens per window
   */
  static List<Passage> each(Stage stage, Model model, List<String> words, int most, int ctx) {
    List<Passage> passages = new ArrayList<>();
    for (String word : words.isEmpty() ? Texts.EVALUATION : words) {
      passages.add(stage.texts().read(model, List.of(word), List.of(), most, ctx));
    }
    return passages;
  }

  /** The name of a passage without its file's ending. */
  static String name(Passage passage) {
    return passage.name().replaceFirst("\\.[^.]*$", "");
  }
}
