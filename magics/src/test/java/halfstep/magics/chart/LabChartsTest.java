package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Divergence;
import halfstep.job.LayerSpecs;
import halfstep.lab.Solver;
import halfstep.lab.allocation.Allocation;
import halfstep.lab.allocation.MeasuredAllocation;
import halfstep.lab.draft.ChiSquare;
import halfstep.lab.draft.DraftRow;
import halfstep.lab.draft.DraftStudy;
import halfstep.lab.draft.Equality;
import halfstep.lab.draft.Share;
import halfstep.lab.fused.ProductPair;
import halfstep.lab.logic.Attempt;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.lab.logic.LogicRow;
import halfstep.lab.lora.Kept;
import halfstep.lab.lora.LoraRow;
import halfstep.lab.lora.LoraStep;
import halfstep.lab.lora.Stability;
import halfstep.lab.memory.KnownShapes;
import halfstep.lab.memory.ServingOption;
import halfstep.lab.memory.ServingPlan;
import halfstep.lab.memory.ServingSettings;
import halfstep.llm.ModelConfig;
import halfstep.metric.PairedComparison;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The laboratory's figures from records made by hand: axes, series, words beside them. */
class LabChartsTest {

  private static final long GIB = 1L << 30;

  private static final Divergence DIVERGENCE = LabMatrixChartsTest.divergence(1.5f);

  private static void assertTitled(Picture picture, String start, long times) {
    long found = Views.titles(picture).stream().filter(title -> title.startsWith(start)).count();
    assertEquals(times, found, () -> start + " in " + Views.titles(picture));
  }

  private static void assertTold(Picture picture, String... sentences) {
    for (String sentence : sentences) {
      assertTrue(picture.alternative().contains(sentence), picture.alternative());
    }
  }

  private static DraftRow draft(String name, String method, double bits, double share) {
    return new DraftRow(
        name,
        method,
        bits,
        new Share(share, share - 0.05, share + 0.05, 16),
        new Share(share - 0.1, share - 0.2, share, 16),
        2.5,
        0.5);
  }

  @Test
  void draftsStandByBitsWithAFamilyPerMethod() {
    ChiSquare test = new ChiSquare(1, 2, 0.6);
    DraftStudy study =
        new DraftStudy(
            new DraftStudy.Plan(16, 16, 128, 4, 1000, 1, 0.1),
            List.of(
                draft("rtn2", "rtn", 2.5, 0.43),
                draft("rtn4", "rtn", 4.5, 0.9),
                draft("awq2", "awq", 2.28, 0.53)),
            1.4,
            new Equality("rtn2", 1000, 4, 0.4, test, List.of(test)));
    Picture drawn = DraftCharts.acceptance("Drafts of natural", study);
    Views.assertDrawn(drawn);
    Views.assertHas(
        Views.words(drawn),
        "Drafts of natural",
        "effective bits per weight of the draft",
        "acceptance Σ min(p, q), 95 % interval",
        "rtn",
        "awq");
    assertTitled(drawn, "rtn2, 2.50 bits: 0.430 (0.380 to 0.480)", 1);
    assertTold(drawn, "Most: rtn4, 4.50 bits: 0.900", "Least: rtn2, 2.50 bits: 0.430");
    Picture greedy = DraftCharts.greedy("Drafts, greedy", study);
    Views.assertDrawn(greedy);
    assertTitled(greedy, "awq2, 2.28 bits: 0.430 (0.330 to 0.530)", 1);
  }

  private static LogicRow logic(String form, double bits, int valid, int invalid) {
    List<Attempt> attempts =
        IntStream.range(0, valid + invalid)
            .mapToObj(i -> new Attempt("f();\n", i < valid ? Verdict.VALID : Verdict.INVALID))
            .toList();
    PairedComparison beside = new PairedComparison(-0.1, -0.2, 0, valid + invalid);
    return new LogicRow(form, bits, attempts, beside);
  }

  @Test
  void validJavaStandsByBitsWithFullPrecisionInWords() {
    Picture picture =
        LogicCharts.valid(
            "Java that natural finishes",
            List.of(
                logic("fp", 16, 6, 6),
                logic("hqq3", 3.72, 3, 9),
                logic("awq3 (prose)", 3.3, 2, 10),
                logic("awq4 (prose)", 4.3, 4, 8)));
    Views.assertDrawn(picture);
    Views.assertHas(Views.words(picture), "effective bits per weight", "hqq", "awq (prose)");
    assertTrue(
        Views.words(picture).stream().anyMatch(word -> word.contains("full precision: 0.500")),
        () -> Views.words(picture).toString());
    assertTold(picture, "Full precision: fp, 16.00 bits: 0.500", "Least: awq3 (prose)");
    assertTitled(picture, "fp", 0);
  }

  @Test
  void productsHaveALinePerWayAndADotPerMeasurement() {
    Picture picture =
        FusedCharts.products(
            "Products",
            List.of(
                new ProductPair(1, 4e6, 1e6, 2e6, 1000, 100, 1e-7),
                new ProductPair(8, 5e6, 2e6, 3e6, 1000, 100, 1e-7),
                new ProductPair(64, 9e6, 6e6, 12e6, 1000, 100, 1e-7)));
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "rows of input",
        "milliseconds, median",
        "turn back, then multiply",
        "fused, from packed codes");
    assertTitled(picture, "fused, from packed codes, ", 3);
    assertTitled(picture, "turn back, then multiply, 64 rows: 9.0000 ms", 1);
    assertTold(picture, "Fused is 2.00 times as fast at 1 rows and 0.75 times at 64.");
  }

  @Test
  void aPlanHasABarPerWidthAndPartAndAStairPerKernel() {
    ModelConfig config = KnownShapes.of("llama-30b").orElseThrow();
    ServingSettings settings = ServingSettings.of(Optional.empty(), 2048);
    List<ServingOption> options =
        List.of(
            ServingOption.of(config, settings, Optional.empty(), 24 * GIB),
            ServingOption.of(
                config, settings, Optional.of(LayerSpecs.of(QuantSpec.of(4, 64))), 24 * GIB));
    ServingPlan plan = new ServingPlan("llama-30b", 24 * GIB, settings, options);
    Picture bars = PlanCharts.options("llama-30b on 24 GiB", plan);
    Views.assertDrawn(bars);
    Views.assertHas(
        Views.words(bars), "GiB on each device", "16 bit", "layers", "cache", "reserve", "24 GiB");
    assertTitled(bars, "16 bit, layers: 59.", 1);
    assertTitled(bars, "16 bit, ", 6);
    assertTold(bars, "the dashed line is the card", "16 bit: peak 64.57 GiB fused");
    Picture stairs = PlanCharts.timeline("One pass", plan);
    Views.assertDrawn(stairs);
    Views.assertHas(
        Views.words(stairs),
        "MiB on top of weights and cache",
        "fused kernels",
        "layers dequantized whole",
        "block 0");
    assertTold(stairs, "layers in the order in which they run");
  }

  private static Allocation allocation(String family, int wide) {
    Solver two = new Solver(Hqq.DEFAULT, QuantSpec.of(2, 64));
    Solver four = new Solver(new Rtn(), QuantSpec.of(4, 128));
    Map<String, Solver> picks = new LinkedHashMap<>();
    for (int block = 0; block < 3; block++) {
      picks.put("model.layers.%d.self_attn.q_proj".formatted(block), two);
      picks.put("model.layers.%d.mlp.down_proj".formatted(block), block < wide ? four : two);
    }
    double bits = 2.5 + 0.3 * wide;
    return new Allocation(family + " " + wide, family, picks, 1000, bits, 0.1);
  }

  @Test
  void allocationsStandByBitsAndTheirPicksByRoleAndBlock() {
    Picture dots =
        AllocationCharts.tradeOff(
            "Allocations",
            List.of(
                new MeasuredAllocation(allocation("uniform", 0), DIVERGENCE),
                new MeasuredAllocation(allocation("best", 1), DIVERGENCE),
                new MeasuredAllocation(allocation("best", 2), DIVERGENCE)));
    Views.assertDrawn(dots);
    Views.assertHas(
        Views.words(dots),
        "effective bits per weight",
        "mean KL (nats), 95 % interval",
        "uniform",
        "best");
    assertTold(dots, "Mean KL of 3 allocations");
    Picture picks = AllocationCharts.picks("Picks", allocation("best", 2));
    Views.assertDrawn(picks);
    Views.assertHas(
        Views.words(picks), "q_proj", "down_proj", "block 0", "block 2", "2 g64", "4 g128");
    assertTitled(picks, "1.down_proj: rtn 4 bit g128", 2); // the cell and its words
    assertTold(picks, "Most bits: 0.down_proj, 1.down_proj.");
  }

  private static LoraRow base(String name, double loss) {
    List<LoraStep> steps =
        IntStream.rangeClosed(1, 300)
            .mapToObj(i -> new LoraStep(i, loss - 0.001 * i, 1 + 0.1 * Math.sin(i)))
            .toList();
    return new LoraRow(
        name,
        3.7,
        steps,
        new Stability(1.05, 1.4, 0.1, 0, 1.06, 1.04, 1.08, Optional.empty()),
        DIVERGENCE,
        DIVERGENCE,
        Optional.empty(),
        0,
        new Kept(1, 0.9, 1.1, 22),
        Optional.empty(),
        new PairedComparison(-0.4, -0.6, -0.2, 22));
  }

  @Test
  void aFineTuningIsTwoPanelsWithALinePerBase() {
    Picture picture =
        LoraCharts.steps("Fine-tuned", List.of(base("fp", 3.5), base("awq3 (prose)", 3.7)));
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "step",
        "loss of the batch (nats)",
        "gradient norm, nothing clipped",
        "fp",
        "awq3 (prose)");
    assertTitled(picture, "fp: batch loss 3.50 to 3.20", 2);
    assertTold(picture, "of 300 steps on the same batches", "awq3 (prose): batch loss 3.70");
  }
}
