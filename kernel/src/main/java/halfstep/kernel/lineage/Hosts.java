package halfstep.kernel.lineage;

import halfstep.kernel.spi.Host;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Finds the host of a kernel of the lineage. */
public final class Hosts {

  private Hosts() {}

  /**
   * The host behind a kernel: the kernel itself when it is ours, else a plain one that shows and
   * updates displays through the lineage, prints progress as text, and refuses what the lineage
   * cannot do.
   *
   * @param kernel the kernel that a magic or an extension was given
   * @return its host
   */
  public static Host of(BaseKernel kernel) {
    return kernel instanceof Host host ? host : new PlainHost(kernel);
  }
}
