package halfstep.cuda;

import halfstep.job.Calibration;
import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.llm.TokenWindows;
import halfstep.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tiny model among the tests of halfstep-models, and what AutoAWQ found on it.
 *
 * @param folder the model's
 * @param golden the reference's inputs and results
 */
record GoldenModel(Path folder, Golden golden) {

  private static final Path FOLDERS =
      Path.of("..", "models", "src", "test", "resources", "golden", "models");

  static GoldenModel of(String name, int groupSize) {
    return new GoldenModel(
        FOLDERS.resolve(name), Golden.open("awq/%s.g%d.duo".formatted(name, groupSize)));
  }

  private TokenWindows windows() {
    int length = (int) golden.shape("calib_ids")[1];
    int[] ids = Arrays.stream(golden.doubles("calib_ids")).mapToInt(id -> (int) id).toArray();
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from < ids.length; from += length) {
      windows.add(Arrays.copyOfRange(ids, from, from + length));
    }
    return TokenWindows.of(windows);
  }

  Calibration calibration() {
    return Calibration.of(windows());
  }

  /** Of every block, in order. */
  List<ScaleGroup> scaleGroups() {
    Model model = Model.open(folder);
    List<ScaleGroup> groups = new ArrayList<>();
    HiddenStates states = model.embed(windows());
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      groups.addAll(capture.scaleGroups());
      states = capture.output();
    }
    return groups;
  }

  /** AutoAWQ's losses for a group of one layer. */
  double[] losses(ScaleGroup group) {
    return golden.doubles("blk%d/%s/losses".formatted(group.block(), group.label()));
  }
}
