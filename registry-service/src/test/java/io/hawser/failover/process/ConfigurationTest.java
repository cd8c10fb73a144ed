package io.hawser.failover.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.InstanceKey;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  @Test
  void a_template_keeps_the_order_of_its_arguments_beyond_ten() {
    Map<String, String> tree = new java.util.HashMap<>();
    for (int i = 0; i < 12; i++) {
      tree.put("t.command." + i, "a" + i);
    }
    assertThat(Template.read(tree).values())
        .extracting(t -> String.join(" ", t.command()))
        .containsExactly("a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11");
  }

  @Test
  void a_value_stays_within_its_argument_whatever_it_holds() {
    Template template = new Template("t", java.util.List.of("run", "--id=${id}", "${port}"));
    assertThat(template.fill(Map.of("id", "$(x); a b ${port} $1", "port", "1")))
        .containsExactly("run", "--id=$(x); a b ${port} $1", "1");
  }

  @Test
  void what_is_wrong_is_named() {
    assertThatThrownBy(() -> Template.read(Map.of("t.comand.0", "x")))
        .hasMessageContaining("process.templates.t.comand.0");
    assertThatThrownBy(() -> Template.read(Map.of("t.command.0", "${prot}")))
        .hasMessageContaining("${prot}");
    assertThatThrownBy(() -> RunEntry.read(Map.of("0.service", "s"), Set.of()))
        .hasMessageContaining("process.run.0.template");
    assertThatThrownBy(() -> RunEntry.read(Map.of("0.serivce", "s"), Set.of()))
        .hasMessageContaining("process.run.0.serivce");
    assertThatThrownBy(() -> RunEntry.read(Map.of("0.template", "x"), Set.of("y")))
        .hasMessageContaining("'x'");
  }

  @Test
  void an_entry_is_read() {
    Map<String, String> tree =
        Map.of("0.service", "echo", "0.id", "one", "0.template", "t", "0.port", "18102");
    assertThat(RunEntry.read(tree, Set.of("t")))
        .containsExactly(new RunEntry(new InstanceKey("echo", "one"), "t", "127.0.0.1", 18_102));
  }

  @Test
  void a_record_survives_its_file_form_and_garbage_is_refused() {
    Child child =
        new Child(
            new InstanceKey("s", "i"),
            "t",
            "h",
            7,
            new io.hawser.node.ProcessIdentity(9, "ticks:8"),
            new io.hawser.model.Epoch(3),
            "call",
            "token");
    assertThat(Child.parse(child.json())).isEqualTo(child);
    assertThatThrownBy(() -> Child.parse("{\"pid\":\"x\"}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Child.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
  }
}
