package halfstep.lab.allocation;

import java.util.Arrays;

/**
 * What the first items may take and lose: pairs none of which is beaten in both, by bytes, with the
 * way back to the items before.
 */
final class KnapsackFrontier {

  private long[] bytes;
  private double[] loss;
  private int[] parent;
  private int[] choice;
  private int size;

  private KnapsackFrontier(int capacity) {
    bytes = new long[capacity];
    loss = new double[capacity];
    parent = new int[capacity];
    choice = new int[capacity];
  }

  /** Before the first item: nothing taken, nothing lost. */
  static KnapsackFrontier start() {
    KnapsackFrontier start = new KnapsackFrontier(1);
    start.add(0, 0, -1, -1);
    return start;
  }

  int size() {
    return size;
  }

  long bytes(int at) {
    return bytes[at];
  }

  double loss(int at) {
    return loss[at];
  }

  int parent(int at) {
    return parent[at];
  }

  int choice(int at) {
    return choice[at];
  }

  /** Whether a state may still become the best solution. */
  @FunctionalInterface
  interface Hope {
    boolean has(long bytes, double loss);
  }

  /** Every state with one more item stored in one way, without those that have no hope. */
  KnapsackFrontier plus(int number, KnapsackChoice added, Hope hope) {
    KnapsackFrontier result = new KnapsackFrontier(size);
    for (int s = 0; s < size; s++) {
      long newBytes = bytes[s] + added.bytes();
      double newLoss = loss[s] + added.loss();
      if (hope.has(newBytes, newLoss)) {
        result.add(newBytes, newLoss, s, number);
      }
    }
    return result;
  }

  /** Both together, without pairs that are beaten. */
  KnapsackFrontier merged(KnapsackFrontier other) {
    KnapsackFrontier result = new KnapsackFrontier(size + other.size);
    int a = 0;
    int b = 0;
    while (a < size || b < other.size) {
      boolean first = b == other.size || a < size && !other.before(b, this, a);
      KnapsackFrontier from = first ? this : other;
      int at = first ? a++ : b++;
      if (result.size == 0 || from.loss[at] < result.loss[result.size - 1]) {
        result.add(from.bytes[at], from.loss[at], from.parent[at], from.choice[at]);
      }
    }
    return result;
  }

  private boolean before(int at, KnapsackFrontier other, int otherAt) {
    return bytes[at] < other.bytes[otherAt]
        || bytes[at] == other.bytes[otherAt] && loss[at] < other.loss[otherAt];
  }

  private void add(long newBytes, double newLoss, int from, int number) {
    if (size == bytes.length) {
      int more = Math.max(16, 2 * size);
      bytes = Arrays.copyOf(bytes, more);
      loss = Arrays.copyOf(loss, more);
      parent = Arrays.copyOf(parent, more);
      choice = Arrays.copyOf(choice, more);
    }
    bytes[size] = newBytes;
    loss[size] = newLoss;
    parent[size] = from;
    choice[size++] = number;
  }
}
