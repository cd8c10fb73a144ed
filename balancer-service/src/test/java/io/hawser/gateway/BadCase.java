package io.hawser.gateway;

/** A bad request, and how it must be answered. */
record BadCase(String method, String path, String body, int status, String code, String pointer) {
  @Override
  public String toString() {
    String shown = body.length() > 70 ? body.substring(0, 70) + "..." : body;
    return method + " " + path + " " + shown + " is " + status + " " + code;
  }
}
