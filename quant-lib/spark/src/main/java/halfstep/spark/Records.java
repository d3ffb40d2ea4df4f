package halfstep.spark;

import halfstep.job.JobException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Halfstep's own records as bytes, numbers bit for bit. What is read names no class outside of
 * {@code halfstep}, and only records and enums: nothing else is ever made from a file.
 */
final class Records {

  private static final String OURS = "halfstep.";

  private Records() {}

  /** Writes a record, enum, boxed number, text, optional or list of those. */
  static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    switch (value) {
      case Integer number -> tagged(out, 'i').writeInt(number);
      case Long number -> tagged(out, 'l').writeLong(number);
      case Float number -> tagged(out, 'f').writeInt(Float.floatToRawIntBits(number));
      case Double number -> tagged(out, 'd').writeLong(Double.doubleToRawLongBits(number));
      case Boolean flag -> tagged(out, 'b').writeBoolean(flag);
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        tagged(out, 's').writeInt(bytes.length);
        out.write(bytes);
      }
      case List<?> list -> {
        tagged(out, '[').writeInt(list.size());
        for (Object element : list) {
          write(out, element);
        }
      }
      case OptionalDouble number ->
          write(tagged(out, 'D'), number.isPresent() ? number.getAsDouble() : "");
      case OptionalInt number ->
          write(tagged(out, 'I'), number.isPresent() ? number.getAsInt() : "");
      case Optional<?> maybe -> write(tagged(out, 'O'), maybe.isPresent() ? maybe.get() : "");
      case Enum<?> constant -> {
        tagged(out, 'e').writeUTF(constant.getDeclaringClass().getName());
        out.writeUTF(constant.name());
      }
      case Record record -> {
        tagged(out, 'r').writeUTF(record.getClass().getName());
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          write(out, component(record, component));
        }
      }
      case null, default ->
          throw new JobException(
              "%s cannot be sent to other machines: a solver of your own runs where it was made; leave --master out"
                  .formatted(value == null ? "null" : value.getClass().getName()));
    }
  }

  private static DataOutputStream tagged(DataOutputStream out, char tag) throws IOException {
    out.writeByte(tag);
    return out;
  }

  private static @Nullable Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("%s of %s".formatted(component, record), e);
    }
  }

  /** Reads what {@link #write} wrote. */
  static <T> T read(DataInputStream in, Class<T> type) throws IOException {
    return type.cast(value(in));
  }

  /** Reads a list. */
  static <T> List<T> list(DataInputStream in, Class<T> type) throws IOException {
    List<?> list = read(in, List.class);
    List<T> typed = new ArrayList<>();
    list.forEach(element -> typed.add(type.cast(element)));
    return List.copyOf(typed);
  }

  private static Object value(DataInputStream in) throws IOException {
    byte tag = in.readByte();
    return switch (tag) {
      case 'i' -> in.readInt();
      case 'l' -> in.readLong();
      case 'f' -> Float.intBitsToFloat(in.readInt());
      case 'd' -> Double.longBitsToDouble(in.readLong());
      case 'b' -> in.readBoolean();
      case 's' -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      case '[' -> {
        List<Object> list = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          list.add(value(in));
        }
        yield List.copyOf(list);
      }
      case 'D' -> value(in) instanceof Double d ? OptionalDouble.of(d) : OptionalDouble.empty();
      case 'I' -> value(in) instanceof Integer i ? OptionalInt.of(i) : OptionalInt.empty();
      case 'O' -> Optional.of(value(in)).filter(some -> !some.equals(""));
      case 'e' -> constant(ours(in.readUTF()), in.readUTF());
      case 'r' -> made(ours(in.readUTF()), in);
      default -> throw new IOException("a value begins with byte %d".formatted(tag));
    };
  }

  private static Class<?> ours(String name) throws IOException {
    if (!name.startsWith(OURS)) {
      throw new IOException("%s is none of Halfstep's records".formatted(name));
    }
    try {
      return Class.forName(name, false, Records.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException(name + " is not on this machine; are all of one version?", e);
    }
  }

  private static Object constant(Class<?> type, String name) throws IOException {
    if (!type.isEnum()) {
      throw new IOException("%s is no enum".formatted(type.getName()));
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("%s has no %s".formatted(type, name)));
  }

  private static Object made(Class<?> type, DataInputStream in) throws IOException {
    if (!type.isRecord()) {
      throw new IOException("%s is no record".formatted(type.getName()));
    }
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(in);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IOException("no %s can be made of what was read".formatted(type), e);
    }
  }
}
