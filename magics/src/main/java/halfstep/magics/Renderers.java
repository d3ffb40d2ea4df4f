package halfstep.magics;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.chart.Painter;
import halfstep.magics.display.ChartBundle;
import halfstep.magics.display.Report;
import java.util.List;
import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/** How a kernel of the lineage shows reports, and tables and charts that a reader makes. */
final class Renderers {

  private Renderers() {}

  static void register(Renderer renderer) {
    register(renderer, Report.class, MIMEType.TEXT_HTML, Report::bundle);
    register(renderer, Table.class, MIMEType.TEXT_HTML, Renderers::table);
    register(renderer, Chart.class, MIMEType.IMAGE_PNG, Renderers::chart);
  }

  private static MimeBundle table(Table table) {
    return new Report<>(table.name(), table, List.of(), table, "tech.tablesaw.api.Table").bundle();
  }

  private static MimeBundle chart(Chart<?, ?> chart) {
    return ChartBundle.of(Painter.paint(() -> chart, "Chart: " + chart.getTitle()));
  }

  private static <T> void register(
      Renderer renderer, Class<T> type, MIMEType preferred, Function<T, MimeBundle> bundle) {
    renderer
        .createRegistration(type)
        .preferring(preferred)
        .preferring(MIMEType.TEXT_PLAIN)
        .register((value, context) -> fill(context, bundle.apply(value)));
  }

  private static void fill(RenderContext context, MimeBundle bundle) {
    DisplayData output = context.getOutputContainer();
    bundle.data().forEach(output::putData);
    bundle.metadata().forEach(output::putMetaData);
  }
}
