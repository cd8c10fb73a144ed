package io.hawser.failover.driver;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A webhook of the node's own configuration.
 *
 * @param secret the key of the signature; never logged
 */
public record Hook(URI url, String secret) {

  /**
   * Reads the hooks.
   *
   * @param tree what stands under {@code webhook.hooks}: {@code <name>.url} and {@code
   *     <name>.secret}
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static Map<String, Hook> read(Map<String, String> tree) {
    TreeSet<String> names = new TreeSet<>();
    for (String key : tree.keySet()) {
      int dot = key.lastIndexOf('.');
      String field = key.substring(dot + 1);
      if (dot < 1 || !(field.equals("url") || field.equals("secret"))) {
        throw new IllegalArgumentException(
            "webhook.hooks." + key + " is no setting; a hook has url and secret");
      }
      names.add(key.substring(0, dot));
    }
    Map<String, Hook> hooks = new TreeMap<>();
    names.forEach(name -> hooks.put(name, one(name, tree)));
    return hooks;
  }

  private static Hook one(String name, Map<String, String> tree) {
    String secret = tree.getOrDefault(name + ".secret", "");
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("webhook.hooks." + name + ".secret is missing");
    }
    URI url;
    try {
      url = URI.create(tree.getOrDefault(name + ".url", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("webhook.hooks." + name + ".url is no URL", e);
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw new IllegalArgumentException(
          "webhook.hooks." + name + ".url must be an http or https URL, got '" + url + "'");
    }
    return new Hook(url, secret);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Hook[" + url + "]";
  }
}
