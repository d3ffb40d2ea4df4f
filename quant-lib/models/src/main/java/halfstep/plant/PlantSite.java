package halfstep.plant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Channels between an operation that can be scaled exactly and the layers that read them.
 *
 * @param scaled tensors whose elements (of a vector) or rows (of a matrix) are channels; the first
 *     is there always
 * @param divided matrices whose columns are the same channels
 */
record PlantSite(List<String> scaled, List<String> divided) {

  private static final Pattern IN_BLOCK = Pattern.compile("(.*\\blayers\\.(\\d+)\\.)(.+)");

  /** What may stand between a scaled norm and a scaled MLP, by the names of Hugging Face. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("input_layernorm\\.weight", "self_attn\\.[qkv]_proj\\.weight"),
          new Kind(
              "post_attention_layernorm\\.weight",
              "mlp\\.(gate|up)_proj\\.weight|block_sparse_moe\\.(gate|experts\\.\\d+\\.w[13])\\.weight"),
          new Kind("mlp\\.up_proj\\.(weight|bias)", "mlp\\.down_proj\\.weight"));

  /** One expert's up and down; the number stands for the expert. */
  private static final Pattern EXPERT_UP =
      Pattern.compile("(block_sparse_moe\\.experts\\.\\d+\\.)w3\\.weight");

  PlantSite {
    scaled = List.copyOf(scaled);
    divided = List.copyOf(divided);
  }

  private record Kind(Pattern scaled, Pattern divided) {
    Kind(String scaled, String divided) {
      this(Pattern.compile(scaled), Pattern.compile(divided));
    }
  }

  /** The sites of a checkpoint, block by block, norms before MLPs. */
  static List<PlantSite> in(Collection<String> tensors) {
    TreeMap<Integer, NavigableSet<String>> blocks = new TreeMap<>();
    String prefix = "";
    for (String tensor : tensors) {
      Matcher place = IN_BLOCK.matcher(tensor);
      if (place.matches()) {
        prefix = place.group(1).replaceFirst("\\d+\\.$", "");
        blocks
            .computeIfAbsent(Integer.valueOf(place.group(2)), none -> new TreeSet<>())
            .add(place.group(3));
      }
    }
    List<PlantSite> sites = new ArrayList<>();
    for (var block : blocks.entrySet()) {
      inBlock(prefix + block.getKey() + ".", block.getValue(), sites);
    }
    return sites;
  }

  private static void inBlock(String block, NavigableSet<String> names, List<PlantSite> sites) {
    for (Kind kind : KINDS) {
      add(block, matching(names, kind.scaled()), matching(names, kind.divided()), sites);
    }
    for (String name : names) {
      Matcher up = EXPERT_UP.matcher(name);
      if (up.matches()) {
        String down = up.group(1) + "w2.weight";
        add(block, List.of(name), names.contains(down) ? List.of(down) : List.of(), sites);
      }
    }
  }

  private static void add(
      String block, List<String> scaled, List<String> divided, List<PlantSite> sites) {
    if (!scaled.isEmpty() && !divided.isEmpty()) {
      sites.add(
          new PlantSite(
              scaled.stream().map(block::concat).toList(),
              divided.stream().map(block::concat).toList()));
    }
  }

  /** Weights before biases, so that the first tells the number of channels. */
  private static List<String> matching(NavigableSet<String> names, Pattern pattern) {
    return names.descendingSet().stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(MatchResult::group)
        .toList();
  }
}
