package halfstep.lab.memory;

import halfstep.lab.Verdict;
import halfstep.lab.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model in several widths on a card.
 *
 * @param model its name
 * @param vram bytes of each device
 * @param settings how it is served; its widths are those of the options
 * @param options from the most bits to the least
 */
public record ServingPlan(
    String model, long vram, ServingSettings settings, List<ServingOption> options) {

  private static final double GIB = 1L << 30;

  /** Takes a copy of the list. */
  public ServingPlan {
    options = List.copyOf(options);
  }

  /** The most bits that fit with fused kernels. */
  public Optional<ServingOption> best() {
    return options.stream().filter(option -> option.plan().peak(true) <= vram).findFirst();
  }

  /** What is to be looked at closely: the best that fits, or the smallest of all. */
  public ServingOption shown() {
    return best().orElse(options.getLast());
  }

  /** The sentences that compare each width with the next smaller one. */
  public List<String> steps() {
    List<String> sentences = new ArrayList<>();
    for (int i = 1; i < options.size(); i++) {
      ServingOption more = options.get(i - 1);
      ServingOption fewer = options.get(i);
      sentences.add(
          String.format(
              Locale.ROOT,
              "%s instead of %s: %.2f GiB of weights less, %,d instead of %,d sequences of %,d tokens.",
              fewer.name(),
              more.name(),
              (more.plan().layers() - fewer.plan().layers()) / GIB,
              fewer.sequences(),
              more.sequences(),
              settings.context()));
    }
    return sentences;
  }

  /** Whether three bits are needed, where both three and four were planned. */
  public Optional<Verdict> threeBitsAreNeeded() {
    Optional<ServingOption> four = width("4");
    Optional<ServingOption> three = width("3");
    if (four.isEmpty() || three.isEmpty()) {
      return Optional.empty();
    }
    boolean fourFits = four.get().plan().peak(true) <= vram;
    boolean threeFits = three.get().plan().peak(true) <= vram;
    String because =
        String.format(
            Locale.ROOT,
            "4 bits take %.2f GiB of %.2f (%s), 3 bits %.2f GiB (%s), with a context of %,d tokens and batch %d.",
            four.get().plan().peak(true) / GIB,
            vram / GIB,
            fourFits ? "fits" : "does not fit",
            three.get().plan().peak(true) / GIB,
            threeFits ? "fits" : "does not fit",
            settings.context(),
            settings.batch());
    Outcome outcome = !fourFits && threeFits ? Outcome.HOLDS : Outcome.FAILS;
    String claim = String.format(Locale.ROOT, "%s on %.0f GB takes 3 bits", model, vram / GIB);
    return Optional.of(new Verdict(claim, outcome, because));
  }

  private Optional<ServingOption> width(String bits) {
    return options.stream().filter(option -> option.name().startsWith(bits + " bit")).findFirst();
  }
}
