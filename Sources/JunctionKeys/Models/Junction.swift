/// The models of Junction's Org Management API.
public enum Junction {}
