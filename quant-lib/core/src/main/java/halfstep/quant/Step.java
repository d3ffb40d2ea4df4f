package halfstep.quant;

/** One step of an optimiser, as a value: what tests, tables, charts and notebooks all read. */
public interface Step {

  /** Position in the run, from 0. */
  int index();
}
