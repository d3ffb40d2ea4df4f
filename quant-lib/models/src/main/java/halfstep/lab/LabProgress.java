package halfstep.lab;

import java.util.function.DoubleConsumer;

/** Hears how far an experiment is, on the thread that runs it. */
@FunctionalInterface
public interface LabProgress {

  /** Tells nobody. */
  LabProgress NONE = (done, what) -> {};

  /**
   * Reports the state of the work.
   *
   * @param done share of it, 0 to 1
   * @param what is being worked on now, a few words
   */
  void update(double done, String what);

  /** The same for a stretch of the work that has its own shares from 0 to 1. */
  default LabProgress part(double from, double to) {
    return (done, what) -> update(from + (to - from) * done, what);
  }

  /** The same for work that has one name throughout. */
  default DoubleConsumer named(String what) {
    return done -> update(done, what);
  }
}
