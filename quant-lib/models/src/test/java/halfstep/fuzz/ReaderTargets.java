package halfstep.fuzz;

import halfstep.hub.HubTargets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Readers of files and of a hub's answers. */
public final class ReaderTargets implements TargetSource {

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    CheckpointTargets checkpoints = new CheckpointTargets(folder);
    List<FuzzTarget> all = new ArrayList<>();
    all.addAll(new FileTargets(folder, checkpoints.dense()).all());
    all.addAll(checkpoints.all());
    all.addAll(HubTargets.in(folder));
    return all;
  }
}
