package halfstep.safetensors;

/**
 * A tensor with values that are no finite numbers: weights like that make every output NaN.
 *
 * @param tensor its name
 * @param nans how many values are not a number
 * @param infinities how many are infinite
 * @param elements how many values it has
 */
public record NonFinite(String tensor, long nans, long infinities, long elements) {

  @Override
  public String toString() {
    return "%s: %d NaN and %d infinite of %d values".formatted(tensor, nans, infinities, elements);
  }
}
