package io.hawser.drill.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who held a lease when, and what was written under its tokens. Tokens are unique and rise in real
 * time; nobody gets the lease while another surely has it; no write is taken after one with a
 * higher token was acknowledged. Thread-safe.
 */
public final class Fencing {
  /**
   * One time of holding a lease.
   *
   * @param askedNs before it was asked for
   * @param grantedNs after it was granted
   * @param surelyNs until when its holder had it for sure
   */
  public record Tenure(
      String lease, String holder, long token, long askedNs, long grantedNs, long surelyNs) {}

  /** A write under a token that the store took. */
  public record Write(String lease, long token, long askedNs, long doneNs) {}

  private final List<Tenure> tenures = new ArrayList<>();
  private final List<Write> writes = new ArrayList<>();

  public synchronized void held(Tenure tenure) {
    tenures.add(tenure);
  }

  public synchronized void wrote(Write write) {
    writes.add(write);
  }

  public synchronized int tenures() {
    return tenures.size();
  }

  /** What is wrong: a line for each thing. */
  public synchronized List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    Map<String, List<Tenure>> byLease =
        tenures.stream()
            .collect(Collectors.groupingBy(Tenure::lease, TreeMap::new, Collectors.toList()));
    byLease.values().forEach(all -> tenuresOf(all, wrong));
    Map<String, List<Write>> writesByLease =
        writes.stream()
            .collect(Collectors.groupingBy(Write::lease, TreeMap::new, Collectors.toList()));
    writesByLease.values().forEach(all -> writesOf(all, wrong));
    return wrong;
  }

  private static void tenuresOf(List<Tenure> all, List<String> wrong) {
    List<Tenure> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingLong(Tenure::token));
    for (int i = 1; i < sorted.size(); i++) {
      Tenure a = sorted.get(i - 1);
      Tenure b = sorted.get(i);
      if (a.token() == b.token()) {
        wrong.add("two tenures with one token: " + a + " and " + b);
      } else if (b.grantedNs() < a.askedNs()) {
        wrong.add("a later tenure has a lower token: " + a + " after " + b);
      } else if (b.grantedNs() < a.surelyNs()) {
        wrong.add("granted while another surely held it: " + b + " during " + a);
      }
    }
  }

  private static void writesOf(List<Write> all, List<String> wrong) {
    List<Write> byStart = new ArrayList<>(all);
    byStart.sort(Comparator.comparingLong(Write::askedNs));
    List<Write> byEnd = new ArrayList<>(all);
    byEnd.sort(Comparator.comparingLong(Write::doneNs));
    long highest = Long.MIN_VALUE;
    int ended = 0;
    for (Write write : byStart) {
      while (ended < byEnd.size() && byEnd.get(ended).doneNs() < write.askedNs()) {
        highest = Math.max(highest, byEnd.get(ended++).token());
      }
      if (write.token() < highest) {
        wrong.add("taken although token " + highest + " was known: " + write);
      }
    }
  }
}
