/// The models of Baseten's management API.
public enum Baseten {}
