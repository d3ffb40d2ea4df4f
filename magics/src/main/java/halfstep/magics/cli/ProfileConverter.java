package halfstep.magics.cli;

import halfstep.kernel.install.Profile;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the word behind {@code --profile}. */
final class ProfileConverter implements ITypeConverter<Profile> {

  @Override
  public Profile convert(String word) {
    return Arrays.stream(Profile.values())
        .filter(profile -> profile.toString().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "there is no profile %s; there are: %s"
                    .formatted(
                        word,
                        Arrays.stream(Profile.values())
                            .map(Profile::toString)
                            .collect(Collectors.joining(", ")))));
  }
}
