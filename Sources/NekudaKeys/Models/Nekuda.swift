/// The models of nekuda's API, version 2.
public enum Nekuda {}
