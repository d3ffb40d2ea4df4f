package halfstep.hub;

/** Hears how far a download is, on the thread that downloads. */
@FunctionalInterface
public interface DownloadListener {
  /** Hears nothing. */
  DownloadListener NONE = (file, done, total) -> {};

  /**
   * Called for every piece that arrives.
   *
   * @param file the file being fetched
   * @param done bytes of the whole download that are there
   * @param total bytes of the whole download
   */
  void progress(String file, long done, long total);
}
