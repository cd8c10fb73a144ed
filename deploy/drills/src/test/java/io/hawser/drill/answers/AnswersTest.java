package io.hawser.drill.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.process.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

final class AnswersTest {
  private static final int FIRST_PORT = 21_300;

  private static List<String> answers(Subject subject, List<Step> steps) {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      answers.add(i + " " + steps.get(i) + ": " + subject.answer(steps.get(i)));
    }
    return answers;
  }

  @Test
  void a_sequence_has_every_kind_of_step_and_every_kind_of_answer() {
    List<Step> steps = Step.sequence(1, 2_000, "x/");
    ModelSubject model = new ModelSubject();

    assertThat(steps.stream().map(Object::getClass).distinct()).hasSize(7);
    assertThat(answers(model, steps))
        .anyMatch(line -> line.endsWith(Subject.DONE))
        .anyMatch(line -> line.contains("Swap") && line.endsWith(Subject.REFUSED))
        .anyMatch(line -> line.contains("Swap") && line.endsWith(Subject.DONE))
        .anyMatch(line -> line.contains("DeleteIfSame") && line.endsWith(Subject.DONE))
        .anyMatch(line -> line.contains("Delete[") && line.endsWith(Subject.ABSENT));
    assertThat(Step.sequence(1, 2_000, "x/")).isEqualTo(steps);
  }

  /** For whoever changes the sequence, where etcd is installed: it takes some seconds. */
  @Test
  @EnabledIfSystemProperty(named = "hawser.etcd", matches = "true")
  void etcd_answers_as_expected(@TempDir Path dir) throws IOException {
    assumeThat(EtcdCluster.missing()).isEqualTo(Optional.empty());
    List<Step> steps = Step.sequence(2, 500, "answers/");
    List<String> expected;
    try (ModelSubject model = new ModelSubject()) {
      expected = answers(model, steps);
    }
    try (Ledger ledger = Ledger.open(dir.resolve("ledgers"), "answers");
        EtcdCluster etcd = EtcdCluster.start(dir.resolve("etcd"), FIRST_PORT, ledger);
        EtcdSubject subject = new EtcdSubject(etcd.addresses().getFirst())) {
      assertThat(answers(subject, steps)).isEqualTo(expected);
    }
  }
}
