package halfstep.cuda;

/** What {@link GroupTiles} runs on each tile of a matrix. */
interface GroupKernel {

  /**
   * Sums of errors that the kernel leaves for so many groups, 0 if none.
   *
   * @param groups whole blocks of {@link halfstep.quant.Grouping}, but for the last
   */
  int errors(int groups);

  /** Queues the kernel on the tile's groups, between upload and download. */
  void launch(Tile tile);

  /** Takes what the tile tells beside codes, scales and zeros; tiles come in order. */
  void finished(Tile tile);
}
