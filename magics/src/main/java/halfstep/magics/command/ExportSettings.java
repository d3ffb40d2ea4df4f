package halfstep.magics.command;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An {@code export} line understood.
 *
 * @param input a run, a folder or a file
 * @param out where to write, if it is to be written
 * @param format as what
 * @param settings of the export
 * @param engine for which it is checked first
 * @param tp devices of that engine
 * @param matrix whether to show which kernels take what
 * @param python whether to show how the result is loaded
 * @param inspect whether only to show what the input holds
 */
public record ExportSettings(
    Optional<Path> input,
    Optional<Path> out,
    Optional<ExportFormat> format,
    Export.Settings settings,
    Optional<String> engine,
    int tp,
    boolean matrix,
    boolean python,
    boolean inspect) {}
