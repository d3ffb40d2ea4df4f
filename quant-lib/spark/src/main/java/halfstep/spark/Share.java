package halfstep.spark;

import halfstep.job.LayerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one task does.
 *
 * @param layers in order
 * @param block the block they belong to, whose entrance is in the shared folder; {@link #NONE} for
 *     layers that are solved by themselves
 */
record Share(List<String> layers, int block) {

  static final int NONE = -1;

  /** Shares that each executor core gets at least: a lost one costs a part of its work. */
  private static final int PER_CORE = 4;

  /** Most weights of a share, however few cores have registered so far: half a minute's work. */
  private static final double MOST_WEIGHTS = 1 << 28;

  Share {
    layers = List.copyOf(layers);
  }

  /**
   * Layers by themselves: those of one input file together, in so many parts that all cores have
   * work.
   *
   * @param left layers that are to be done
   */
  static List<Share> ofFiles(LayerSource source, List<String> left, int cores) {
    double all = left.stream().mapToDouble(layer -> source.shape(layer).size()).sum();
    double most = Math.min(all / (PER_CORE * cores), MOST_WEIGHTS);
    Map<Path, List<String>> files = new LinkedHashMap<>();
    for (String layer : left) {
      files.computeIfAbsent(source.fileOf(layer), file -> new ArrayList<>()).add(layer);
    }
    List<Share> shares = new ArrayList<>();
    for (List<String> layers : files.values()) {
      int first = 0;
      double weights = 0;
      for (int i = 0; i < layers.size(); i++) {
        double size = source.shape(layers.get(i)).size();
        if (i > first && weights + size > most) {
          shares.add(new Share(layers.subList(first, i), NONE));
          first = i;
          weights = 0;
        }
        weights += size;
      }
      shares.add(new Share(layers.subList(first, layers.size()), NONE));
    }
    return shares;
  }
}
