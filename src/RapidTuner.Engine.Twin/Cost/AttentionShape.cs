namespace RapidTuner.Engine.Twin.Cost;

/// <summary>What one layer's attention computes on one device.</summary>
/// <param name="QueryHeads">Query heads.</param>
/// <param name="KvHeads">Key-value heads.</param>
/// <param name="HeadDim">Width of a head, elements.</param>
/// <param name="KvBytesPerElement">Bytes of an element of the KV cache.</param>
internal readonly record struct AttentionShape(int QueryHeads, int KvHeads, int HeadDim, double KvBytesPerElement);
