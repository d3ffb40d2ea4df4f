package halfstep.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The targets of one module. Found by ServiceLoader. */
public interface TargetSource {

  /**
   * Makes them.
   *
   * @param folder an empty one for their files, best in memory
   */
  List<FuzzTarget> in(Path folder) throws IOException;
}
