package io.hawser.balancer.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The proxies whose word on earlier hops is taken. Immutable. */
final class TrustedProxies {
  private static final int MAPPED_BYTES = 12;

  /** The addresses whose first bits are these. */
  private static final class Network {
    private final byte[] address;
    private final int bits;

    Network(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    boolean has(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += Byte.SIZE) {
        int mask = 0xff00 >> Math.min(Byte.SIZE, bits - bit);
        if (((address[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask & 0xff) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = networks;
  }

  /**
   * @param list addresses and networks ({@code 10.0.0.0/8}, {@code fd00::/8}), with commas between
   * @throws IllegalArgumentException when one of them is neither
   */
  static TrustedProxies of(String list) {
    List<Network> networks = new ArrayList<>();
    for (String word : list.split(",", -1)) {
      if (!word.isBlank()) {
        networks.add(network(word.strip()));
      }
    }
    return new TrustedProxies(List.copyOf(networks));
  }

  private static Network network(String word) {
    int slash = word.indexOf('/');
    byte[] address = bytes(slash < 0 ? word : word.substring(0, slash));
    try {
      int all = address == null ? -1 : address.length * Byte.SIZE;
      int bits = slash < 0 ? all : Integer.parseInt(word.substring(slash + 1));
      if (address != null && bits >= 0 && bits <= all) {
        return new Network(address, bits);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(refusal(word), e);
    }
    throw new IllegalArgumentException(refusal(word));
  }

  private static String refusal(String word) {
    return "balancer.trusted-proxies: neither an address nor a network (10.0.0.0/8): " + word;
  }

  /** An IPv4 address in the clothes of IPv6 is one of IPv4; null for what is no address. */
  private static byte @Nullable [] bytes(String text) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
    return address == null ? null : plain(address);
  }

  private static byte[] plain(byte[] address) {
    boolean mapped = address.length > MAPPED_BYTES;
    for (int i = 0; mapped && i < MAPPED_BYTES; i++) {
      mapped = address[i] == (i < MAPPED_BYTES - 2 ? 0 : -1);
    }
    return mapped ? Arrays.copyOfRange(address, MAPPED_BYTES, address.length) : address;
  }

  boolean has(InetAddress address) {
    return !networks.isEmpty() && has(plain(address.getAddress()));
  }

  private boolean has(byte[] address) {
    for (Network network : networks) {
      if (network.has(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where a request began: of the hops that it claims, the last that is none of these proxies; the
   * first when all are.
   *
   * @param claims of X-Forwarded-For, the nearest hop last
   * @param peer who said so
   */
  String client(String claims, String peer) {
    String client = peer;
    for (int end = claims.length(); end >= 0; ) {
      int comma = claims.lastIndexOf(',', end - 1);
      String hop = bare(claims.substring(comma + 1, end).strip());
      if (!hop.isEmpty()) {
        client = hop;
        byte[] address = bytes(hop);
        if (address == null || !has(address)) {
          return hop;
        }
      }
      end = comma;
    }
    return client;
  }

  /** Without the port that some proxies put behind an address. */
  private static String bare(String hop) {
    int colon = hop.indexOf(':');
    if (hop.startsWith("[")) {
      int bracket = hop.indexOf(']');
      return bracket < 0 ? hop : hop.substring(1, bracket);
    }
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
