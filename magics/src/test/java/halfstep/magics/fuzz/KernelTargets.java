package halfstep.magics.fuzz;

import halfstep.fuzz.FuzzTarget;
import halfstep.fuzz.TargetSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The wire, the file that says where it is, and the text of cells. */
public final class KernelTargets implements TargetSource {

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path own = Files.createDirectories(folder.resolve("connection-file"));
    return List.of(
        new ConnectionTarget(own), new FramesTarget(), new MagicLinesTarget(), new CellTarget());
  }
}
