package halfstep.magics.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

  @TempDir private Path root;

  @BeforeEach
  void layOut() throws IOException {
    for (String model : List.of("natural", "salient")) {
      Path folder = root.resolve("notebooks/models").resolve(model);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), "{}");
    }
    Files.createDirectories(root.resolve("notebooks/data"));
    Files.writeString(root.resolve("notebooks/data/calibration.txt"), "text");
    Files.createDirectories(root.resolve("deep/er"));
  }

  private Folders from(String here) {
    return new Folders(root.resolve(here), name -> Optional.empty());
  }

  @Test
  void findsModelsBesideTheNotebookAndAbove() {
    Path natural = root.resolve("notebooks/models/natural");
    assertEquals(natural, from("notebooks").model("natural"));
    assertEquals(natural, from("deep/er").model("natural"));
    assertEquals(natural, from(".").model("notebooks/models/natural"));
    assertEquals(List.of("natural", "salient"), from("notebooks").modelNames());
  }

  @Test
  void aSettingComesFirst() throws IOException {
    Path other = Files.createDirectories(root.resolve("other/mine"));
    Files.writeString(other.resolve("config.json"), "{}");
    Folders told =
        new Folders(
            root.resolve("notebooks"),
            name -> name.equals("halfstep.models") ? Optional.of("../other") : Optional.empty());
    assertEquals(List.of("mine"), told.modelNames());
    assertEquals(other, told.model("mine").normalize());
  }

  @Test
  void refusesAModelThatIsNotThere() {
    assertEquals(
        "there is no model, folder or file \"salint\"; nearest: salient (%s holds natural, salient)"
            .formatted(root.resolve("notebooks/models")),
        assertThrows(NotFoundException.class, () -> from("notebooks").model("salint"))
            .getMessage());
  }

  @Test
  void refusesATextThatIsNotThere() {
    assertEquals(
        "there is no text file \"calibration.text\" in %s; nearest: calibration.txt (the data folder holds calibration.txt)"
            .formatted(root.resolve("notebooks")),
        assertThrows(NotFoundException.class, () -> from("notebooks").text("calibration.text"))
            .getMessage());
  }
}
