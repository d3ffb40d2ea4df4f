package halfstep.cuda;

import halfstep.backend.Backend;
import java.util.Optional;

/** A device but for what a test looks at or puts in its place. */
interface AroundDevice extends Backend {

  /** What is within. */
  Backend device();

  @Override
  default String name() {
    return device().name();
  }

  @Override
  default String detail() {
    return device().detail();
  }

  @Override
  default <K> Optional<K> kernel(Class<K> type) {
    return device().kernel(type);
  }
}
