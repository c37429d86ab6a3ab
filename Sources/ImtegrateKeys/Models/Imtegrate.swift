/// The models of Imtegrate's API.
public enum Imtegrate {}
