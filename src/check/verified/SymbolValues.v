(* SymbolValues.v - the values in symbols that Symbols.v computes are those of the network over the real
   numbers.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu
  TrueFlow Symbols Functions.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ units over the real numbers *)
Section Units.
  Variable I : functions.
  Definition entry_function (k : nat) (x : R) : R :=
    match k with
    | 0%nat => relu x | 1%nat => leaky_relu x | 3%nat => exp x | 4%nat => log x | 5%nat => sin x | 6%nat =>
      cos x
    | 7%nat => tanh x | 8%nat => sigmoid x | 9%nat => softplus x | 10%nat => x * normal I x
    | 11%nat => x * sigmoid x | 12%nat => erf I x | 13%nat => sqrt x | 14%nat | 15%nat | 16%nat | 17%nat =>
      any I k x
    | _ => 0
    end.
  (* n: the units before; k: the kind, see `functions` in Language.v *)
  Definition real_units (n k : nat) (m : list (list R)) : list (list R) :=
    match k with 2%nat => map keep_largest m | _ => map (map (entry_function k)) m end.
  (* where the functions are defined; if kinks are `off`, not at a kink *)
  Definition regular_unit (off : Prop) (u : nat * list (list R)) : Prop :=
    match fst u with
    | 0%nat | 1%nat | 2%nat => off -> no_kink u
    | 4%nat => forall row x, In row (snd u) -> In x row -> x <> 0
    | 13%nat => forall row x, In row (snd u) -> In x row -> 0 < x
    | _ => True
    end.
End Units.
(* what a program divides by *)
Fixpoint divisors (K : ops R) (act : nat -> nat -> list (list R) -> list (list R)) (prog : list node)
    (acc : list (list (list R))) (units : list (nat * list (list R))) : list R :=
  match prog with
  | [] => []
  | nd :: prog =>
      match nd with Quot _ j => List.concat (nth j acc []) | _ => [] end ++
      let (m, units) := evaluate R K act nd acc units in divisors K act prog (acc ++ [m]) units
  end.

Lemma fn_eqb_ok f g : fn_eqb f g = true -> f = g.
Proof.
  destruct f, g; simpl; try discriminate; try reflexivity; intros H; try (apply andb_prop in H as [H1 H2]);
    repeat match goal with H : Nat.eqb _ _ = true |- _ => apply Nat.eqb_eq in H end; congruence.
Qed.
Lemma row_eqb_ok r : forall s, row_eqb r s = true -> r = s.
Proof.
  induction r as [|[a b] r IH]; intros [|[c d] s]; simpl; try discriminate; auto.
  unfold fr_eqb. simpl. intros H. apply andb_prop in H as [H1 H2]. apply andb_prop in H1 as [H1 H3].
  apply poly_eqb_ok in H1, H3. subst. f_equal. auto.
Qed.
Lemma constant_den_spec x : constant_den x = true -> exists z, snd x = [([], z)] /\ z <> 0%Z.
Proof.
  unfold constant_den. destruct (Checker.constant (snd x)) as [z|] eqn:E; [|discriminate]. intros _.
  apply constant_spec in E. eauto.
Qed.
Lemma pev_constant e z : pev e [([], z)] = IZR z.
Proof. cbn [peval meval]. rewrite phi_IZR. cbn. ring. Qed.
Lemma IZR_nonzero z : z <> 0%Z -> IZR z <> 0.
Proof. intros H E. apply H. apply eq_IZR. exact E. Qed.
Lemma Forall2_map_l {X Y Z} (P : Z -> Y -> Prop) (f : X -> Z) l l' :
  Forall2 (fun x y => P (f x) y) l l' -> Forall2 P (map f l) l'.
Proof. intros H. induction H; simpl; constructor; auto. Qed.

Section Values.
  Variable I : functions.
  Variable first : positive.
  Variable off : Prop.
  Variable e : positive -> R.
  Notation mean := (means Reals e).
  Notation value := (real_value I).
  (* the symbols of the table have their values; they are taken where the functions are regular *)
  Definition stands (t : positive * def) : Prop := e (fst t) = value (fst (snd t)) (map (fval e) (snd (snd
    t))).
  Definition sat (T : table) : Prop := forall t, In t T -> stands t.
  Definition fine (T : table) : Prop := forall t, In t T -> regular off (fst (snd t)) (map (fval e) (snd (snd
    t))).
  Definition longer (T T' : table) : Prop := exists U, T' = T ++ U.
  Lemma longer_refl T : longer T T. Proof. exists []. symmetry. apply app_nil_r. Qed.
  Lemma longer_trans T T' T'' : longer T T' -> longer T' T'' -> longer T T''.
  Proof. intros [U ->] [W ->]. exists (U ++ W). symmetry. apply app_assoc. Qed.
  Lemma longer_sat T T' : longer T T' -> sat T' -> sat T.
  Proof. intros [U ->] H t Ht. apply H. apply in_or_app. now left. Qed.

  (* under the hypothesis H the result has Q; where `here` holds the new symbols are fine *)
  Definition gives {X} (H : Prop) (m : M table X) (Q : X -> Prop) (here : Prop) : Prop :=
    forall T x T', m T = Ok (x, T') -> longer T T' /\ (sat T' -> H -> Q x /\ (fine T -> here -> fine T')).
  Lemma gives_ret {X} (H : Prop) (x : X) (Q : X -> Prop) here : (H -> Q x) -> gives H (ret x) Q here.
  Proof. intros HQ T y T' E. injection E as <- <-. split; [apply longer_refl|auto]. Qed.
  Lemma gives_fail {X} (H : Prop) r (Q : X -> Prop) here : gives H (fail r) Q here.
  Proof. intros T y T' E. discriminate. Qed.
  Lemma gives_bind {X Y} (H : Prop) (m : M table X) (k : X -> M table Y) (Q : X -> Prop) (Q' : Y -> Prop)
      (here here' : Prop) :
    gives H m Q here -> (forall x, gives (H /\ Q x) (k x) Q' here') ->
    (H -> here' -> here) -> gives H (bind m k) Q' here'.
  Proof.
    intros Hm Hk HH T y T2 E. unfold bind in E. destruct (m T) as [[x T1]|] eqn:E1; [|discriminate].
    destruct (Hm T x T1 E1) as [L1 V1]. destruct (Hk x T1 y T2 E) as [L2 V2].
    split; [eapply longer_trans; eauto|]. intros S HP. destruct V1 as [Qx F1]; [eapply longer_sat; eauto|exact
      HP|].
    destruct V2 as [Qy F2]; [exact S|auto|]. split; [exact Qy|]. auto.
  Qed.
  Lemma gives_weaken {X} (H H' : Prop) (m : M table X) (Q Q' : X -> Prop) (here here' : Prop) :
    gives H m Q here -> (H' -> H) -> (forall x, H' -> Q x -> Q' x) -> (H' -> here' -> here) -> gives H' m Q'
      here'.
  Proof.
    intros G HH HQ Hh T x T' E. destruct (G T x T' E) as [L V]. split; [exact L|]. intros S HP.
    destruct (V S (HH HP)) as [Qx F]. split; [auto|]. auto.
  Qed.
  Lemma gives_require (H : Prop) b r here : gives H (require b r) (fun _ => b = true) here.
  Proof. destruct b; [apply gives_ret; reflexivity|apply gives_fail]. Qed.
  Lemma each_longer {X Y} (f : X -> M table Y) l : (forall x T y T', f x T = Ok (y, T') -> longer T T') ->
    forall T ys T', each f l T = Ok (ys, T') -> longer T T'.
  Proof.
    intros Hf. induction l as [|x l IH]; intros T ys T' E; cbn [each] in E.
    - injection E as <- <-. apply longer_refl.
    - unfold bind in E. destruct (f x T) as [[y T1]|] eqn:E1; [|discriminate].
      destruct (each f l T1) as [[zs T2]|] eqn:E2; [|discriminate]. injection E as <- <-.
      eapply longer_trans; eauto.
  Qed.
  Lemma gives_each {X Y Z} (z0 : Z) (H : Prop) (f : X -> M table Y) (P : X -> Z -> Prop) (Q : Y -> Z -> Prop)
      (here : Z -> Prop) :
    (forall x z, gives (H /\ P x z) (f x) (fun y => Q y z) (here z)) ->
    forall l zs, gives (H /\ Forall2 P l zs) (each f l) (fun ys => Forall2 Q ys zs) (forall z, In z zs -> here
      z).
  Proof.
    intros Hf. induction l as [|x l IH]; intros zs.
    - cbn [each]. apply gives_ret. intros [_ F]. inversion F. constructor.
    - destruct zs as [|z zs].
      + intros T y T' E. split.
        * eapply each_longer; [|exact E]. intros x' T1 y' T1' E'. destruct (Hf x' z0 T1 y' T1' E') as [L _].
          exact L.
        * intros _ [_ F]. inversion F.
      + cbn [each]. eapply gives_bind with (Q := fun y => Q y z) (here := here z).
        * eapply gives_weaken; [apply (Hf x z)| | |]; try (intros _ K; exact K); [|auto].
          intros [HH F]. inversion F; auto.
        * intros y. eapply gives_bind with (Q := fun ys => Forall2 Q ys zs) (here := forall z, In z zs -> here
          z).
          -- eapply gives_weaken; [apply (IH zs)| | |]; try (intros _ K; exact K); [|auto].
             intros [[HH F] _]. inversion F; auto.
          -- intros ys. apply gives_ret. intros [[_ Hy] Hys]. constructor; assumption.
          -- intros _ K z' Hz. apply K. now right.
        * intros _ K. apply K. now left.
  Qed.

  (* ---------------------------------------------------------------- one symbol *)
  Lemma gives_symbol H d : gives H (symbol first d) (fun id => e id = value (fst d) (map (fval e) (snd d)))
    (regular off (fst d) (map (fval e) (snd d))).
  Proof.
    intros T id T' E. unfold symbol, find_symbol in E.
    destruct (find (fun t => def_eqb d (snd t)) T) as [[i d']|] eqn:F; simpl in E; injection E as <- <-.
    - apply find_some in F as [Hin Hd]. unfold def_eqb in Hd. apply andb_prop in Hd as [H1 H2].
      apply fn_eqb_ok in H1. apply row_eqb_ok in H2. cbn [fst snd] in *.
      assert (D : d = d') by (destruct d, d'; cbn [fst snd] in *; congruence). subst d'.
      split; [apply longer_refl|]. intros S _. split; [exact (S _ Hin)|auto].
    - split; [eexists; reflexivity|]. intros S _. split.
      + apply (S (_, d)). apply in_or_app. right. now left.
      + intros F' R t Ht. apply in_app_or in Ht as [Ht|[<-|[]]]; auto.
  Qed.
  Lemma gives_symbols H l : gives H (each (symbol first) l) (fun _ => True)
    (forall d, In d l -> regular off (fst d) (map (fval e) (snd d))).
  Proof.
    induction l as [|d l IH]; cbn [each]; [apply gives_ret; auto|].
    eapply gives_bind; [apply gives_symbol| |intros _ K; apply K; now left].
    intros id. apply gives_bind with (Q := fun _ => True) (here := forall d, In d l -> regular off (fst d)
      (map
      (fval e) (snd d))).
    - eapply gives_weaken; [exact IH|intros [K _]; exact K|auto|auto].
    - intros ids. apply gives_ret. auto.
    - intros _ K d' Hd. apply K. now right.
  Qed.
  Lemma lowest_ok n z : z <> 0%Z -> constant_den (lowest n z) = true /\
    fval e (lowest n z) = fval e (n, [([], z)]).
  Proof.
    intros Hz. unfold lowest. set (g := if (z <? 0)%Z then _ else _).
    destruct (forallb _ n && Z.eqb z (g * (z / g)) && negb (Z.eqb (z / g) 0))%bool eqn:E.
    - apply andb_prop in E as [E E3]. apply andb_prop in E as [E1 E2]. apply Z.eqb_eq in E2.
      apply negb_true_iff, Z.eqb_neq in E3. unfold constant_den, fval. cbn [fst snd Checker.constant].
      apply Z.eqb_neq in E3. rewrite E3. apply Z.eqb_neq in E3. split; [reflexivity|].
      rewrite !pev_constant. rewrite forallb_forall in E1.
      assert (G : pev e n = IZR g * pev e (map (fun t => (fst t, (snd t / g)%Z)) n)).
      { clear -E1. clearbody g. induction n as [|[m c] n IH]; cbn [map peval]; [cbn; ring|].
        rewrite IH by (intros; apply E1; now right). cbn [fst snd].
        assert (H := E1 (m, c) (or_introl eq_refl)). apply Z.eqb_eq in H. cbn [fst snd] in H.
        assert (H' : phi Rring c = IZR g * phi Rring (c / g)%Z) by (rewrite H at 1; rewrite !phi_IZR,
          mult_IZR; reflexivity).
        rewrite H'. cbn. ring. }
      rewrite G. rewrite E2 at 2. rewrite mult_IZR.
      assert (NG : IZR g <> 0) by (apply IZR_nonzero; intros Q; rewrite Q in E2; lia).
      assert (NZ := IZR_nonzero _ E3). field. split; assumption.
    - unfold constant_den. cbn [snd Checker.constant]. apply Z.eqb_neq in Hz. rewrite Hz. split; reflexivity.
  Qed.
  Lemma gives_simple (H : Prop) x v here : (H -> mean x v) ->
    gives H (simple x) (fun a => constant_den a = true /\ fval e a = v) here.
  Proof.
    intros HM. unfold simple. destruct (Checker.constant (snd x)) as [z|] eqn:E; [|apply gives_fail].
    apply gives_ret. intros HP. apply constant_spec in E as [E Hz]. destruct (lowest_ok (fst x) z Hz) as [L1
      L2].
    split; [exact L1|]. rewrite L2, <- E, <- surjective_pairing. symmetry. apply fval_means; [auto|].
    unfold constant_den. rewrite E. cbn. apply Z.eqb_neq in Hz. rewrite Hz. reflexivity.
  Qed.
  Lemma fval_opp a : fval e (fr_opp a) = - fval e a.
  Proof. unfold fval, fr_opp. cbn [fst snd]. rewrite (peval_opp Rring). cbn. unfold Rdiv. ring. Qed.
  Lemma fval_one p : fval e (p, one) = pev e p.
  Proof. unfold fval. cbn [fst snd]. rewrite (ev_one Reals). cbn. field. Qed.
  Lemma mean_frac a v : constant_den a = true -> fval e a = v -> mean a v.
  Proof.
    intros H <- U. apply unit_real in U. unfold fval. cbn in *. field. exact U.
  Qed.
  Lemma mean_var id v : e id = v -> mean (variable id) v.
  Proof. intros <-. apply means_var. Qed.

  Definition proper (f : fn) : Prop := match f with Gated _ _ | Slope => False | _ => True end.
  Lemma proper_value f xs : proper f -> value f xs = single I f (nth 0 xs 0).
  Proof. destruct f; simpl; tauto. Qed.
  Lemma gives_enter (H : Prop) f a : proper f -> (H -> constant_den a = true) ->
    gives H (enter first f a) (fun id => e id = single I f (fval e a)) (regular off f [fval e a]).
  Proof.
    intros Pf Hc T y T' E. unfold enter, bind in E. destruct (symbol first (f, [a]) T) as [[id T1]|] eqn:E1;
      [|discriminate].
    destruct (each (symbol first) (helpers f a id) T1) as [[l T2]|] eqn:E2; [|discriminate]. injection E as <-
      <-.
    destruct (gives_symbol H (f, [a]) T id T1 E1) as [L1 V1].
    destruct (gives_symbols H (helpers f a id) T1 l T2 E2) as [L2 V2].
    split; [eapply longer_trans; eauto|]. intros S HP. destruct V1 as [Hid F1]; [eapply longer_sat;
      eauto|exact HP|].
    cbn [fst snd map] in *. rewrite (proper_value f _ Pf) in Hid. cbn [nth] in Hid. split; [exact Hid|].
    intros F R. destruct (V2 S HP) as [_ F2]. apply F2; [auto|]. clear -Pf Hc HP R Hid. intros d Hd.
    specialize (Hc HP). destruct (constant_den_spec a Hc) as (z & Ez & Hz). unfold helpers in Hd.
    apply in_app_or in Hd as [Hd|Hd].
    - destruct (is_one (snd a)); [contradiction|]. destruct Hd as [<-|[]]. unfold integer_inverse. cbn [fst
      snd map nth regular].
      rewrite fval_one, Ez, pev_constant. apply IZR_nonzero. exact Hz.
    - destruct f; simpl in Hd; try contradiction; repeat (destruct Hd as [<-|Hd]); try contradiction;
        cbn [fst snd map nth regular] in *; auto.
      unfold twice, gauss in *. cbn [fst snd map nth regular] in *. rewrite fval_one. cbn [peval meval].
      rewrite phi_IZR, Hid. cbn [single]. assert (Q := sqrt_lt_R0 _ R). cbn. lra.
  Qed.
  Lemma gives_apply (H : Prop) f x v : proper f -> (H -> mean x v) ->
    gives H (apply first f x) (fun y => mean y (single I f v)) (regular off f [v]).
  Proof.
    intros Pf HM. unfold apply. eapply gives_bind with (here := True); [apply (gives_simple H x v True HM)|
      |auto].
    intros a. destruct (zero_of f a) as [[z p]|] eqn:EZ.
    - apply gives_ret. intros (_ & Hc & Hv). unfold zero_of in EZ. destruct (is_nil (fst a)) eqn:N;
      [|discriminate].
      assert (V0 : v = 0).
      { rewrite <- Hv. unfold fval. destruct (fst a); [cbn; unfold Rdiv; ring|discriminate]. }
      rewrite V0, (single_zero I f z p EZ), <- !phi_IZR. exact (means_const Reals e z p).
    - eapply gives_bind with (here := True); [apply gives_require| |auto]. intros [].
      assert (Plain : gives (((H /\ constant_den a = true /\ fval e a = v) /\ negb (is_nil (fst a) &&
        not_at_zero f) = true))
        (let* id := enter first f a in ret (variable id)) (fun y => mean y (single I f v)) (regular off f
          [v])).
      { eapply gives_bind.
        - apply (gives_enter _ f a Pf). intros ((_ & Hc & _) & _). exact Hc.
        - intros id. apply gives_ret. intros (((_ & _ & Hv) & _) & Hid). apply mean_var. rewrite Hid, Hv.
          reflexivity.
        - intros ((_ & _ & Hv) & _). rewrite Hv. exact (fun K => K). }
      destruct (parity f) as [odd|] eqn:EP; [destruct (negative a)|]; try exact Plain.
      eapply gives_bind.
      + apply (gives_enter _ f (fr_opp a) Pf). intros ((_ & Hc & _) & _). exact Hc.
      + intros id. apply gives_ret. intros (((_ & Hc & Hv) & _) & Hid). rewrite fval_opp, Hv in Hid.
        destruct odd.
        * assert (Q := mean_var id _ Hid). replace (single I f v) with (- single I f (- v));
            [apply (means_opp Reals); exact Q|]. rewrite (single_odd I f v EP). ring.
        * apply mean_var. rewrite Hid. apply single_even. exact EP.
      + intros ((_ & _ & Hv) & _) R. rewrite fval_opp, Hv. destruct f; simpl in *; try discriminate; auto.
        lra.
  Qed.

  (* ---------------------------------------------------------------- units and quotients *)
  Lemma kind_function k f : function_of k = Some f -> proper f /\ (forall x, entry_function I k x =
    if (Nat.eqb k 10 || Nat.eqb k 11)%bool then x * single I f x else single I f x) /\
    (forall x, (k = 4%nat -> x <> 0) -> (k = 13%nat -> 0 < x) -> regular off f [x]).
  Proof.
    intros E. do 18 (destruct k as [|k]; [try discriminate; injection E as <-; simpl; repeat split; auto|]).
      discriminate.
  Qed.
  Definition regular_entry (k : nat) (x : R) : Prop :=
    match k with 0%nat | 1%nat => off -> x <> 0 | 4%nat => x <> 0 | 13%nat => 0 < x | _ => True end.
  Lemma gate_single k z : (k < 2)%nat -> entry_function I k z = gate k [z] 0 * z.
  Proof.
    intros H. destruct k as [|[|k]]; [| |lia]; simpl.
    - unfold relu. destruct (Rlt_dec 0 z); [rewrite Rmax_right by lra; ring|rewrite Rmax_left by lra; ring].
    - unfold leaky_relu. destruct (Rlt_dec 0 z); lra.
  Qed.
  Lemma gives_unit (H : Prop) k x v : (H -> mean x v) ->
    gives H (unit_value first k x) (fun y => mean y (entry_function I k v)) (regular_entry k v).
  Proof.
    intros HM. assert (Gate : (k < 2)%nat -> gives H
      (let* a := simple x in let* id := symbol first (Gated k 0, [a]) in ret (fr_mul (variable id) x))
      (fun y => mean y (entry_function I k v)) (regular_entry k v)).
    { intros Hk. eapply gives_bind with (here := True); [apply (gives_simple H x v True HM)| |auto]. intros a.
      eapply gives_bind; [apply gives_symbol| |].
      - intros id. apply gives_ret. intros ((HP & Hc & Hv) & Hid). cbn [fst snd map] in Hid. rewrite Hv in
        Hid.
        rewrite (gate_single k v Hk). apply (means_mul Reals); [apply mean_var; exact Hid|auto].
      - intros (_ & _ & Hv) R. cbn [fst snd map regular]. rewrite Hv. split; [simpl; lia|].
        intros K row [<-|[]].
        destruct k as [|[|k]]; [| |lia]; intros z [<-|[]]; exact (R K). }
    destruct k as [|[|k]]; [apply Gate; lia|apply Gate; lia|]. clear Gate. unfold unit_value.
    destruct (function_of (S (S k))) as [f|] eqn:E; [|apply gives_fail].
    destruct (kind_function _ f E) as (Pf & Hf & HR). eapply gives_bind; [apply (gives_apply H f x v Pf HM)|
      |].
    - intros y. apply gives_ret. intros [HP Hy]. rewrite Hf. destruct (Nat.eqb (S (S k)) 10 || Nat.eqb (S (S
      k)) 11)%bool.
      + apply (means_mul Reals); auto.
      + exact Hy.
    - intros _ R. apply HR; intros Q; injection Q as ->; exact R.
  Qed.
  Lemma keep_largest_gate row : keep_largest row = map (fun t => gate 2 row (fst t) * snd t)
    (List.combine (seq 0 (List.length row)) row).
  Proof.
    assert (E : List.combine (seq 0 (List.length row)) row = map (fun c => (c, nth c row 0)) (seq 0
      (List.length row))).
    { assert (G : forall k (r pre : list R), k = List.length pre ->
        List.combine (seq k (List.length r)) r = map (fun c => (c, nth c (pre ++ r) 0)) (seq k (List.length
          r))).
      { intros k r. revert k. induction r as [|x r IH]; intros k pre Hk; simpl; [reflexivity|]. f_equal.
        - rewrite Hk, nth_middle. reflexivity.
        - rewrite (IH (S k) (pre ++ [x])) by (rewrite app_length; simpl; lia). rewrite <- app_assoc.
          reflexivity. }
      exact (G 0%nat row [] eq_refl). }
    rewrite E, map_map. unfold keep_largest. apply map_ext. intros c. cbn [fst snd]. unfold gate.
    destruct (first_largest row c); ring.
  Qed.
  Lemma Forall2_seq {X Y} (P : X -> Y -> Prop) l l' : Forall2 P l l' -> forall k,
    Forall2 (fun s t => fst s = fst t /\ P (snd s) (snd t)) (List.combine (seq k (List.length l)) l)
      (List.combine (seq k (List.length l')) l').
  Proof. intros H. induction H; intros k; simpl; constructor; auto. Qed.
  Lemma Forall2_r {X Y Z} (P : X -> Z -> Prop) (f : Y -> Z) l l' :
    Forall2 (fun x y => P x (f y)) l l' -> Forall2 P l (map f l').
  Proof. intros H. induction H; simpl; constructor; auto. Qed.
  Lemma gives_window (H : Prop) row vs : gives (H /\ Forall2 mean row vs) (window_value first row)
    (fun ys => Forall2 mean ys (keep_largest vs)) (off -> no_kink (2%nat, [vs])).
  Proof.
    unfold window_value. eapply gives_bind with (here := True).
    - eapply gives_weaken; [apply (gives_each 0 H simple mean (fun a v => constant_den a = true /\ fval e a =
      v)
        (fun _ => True))| | |]; [|intros K; exact K|intros x _ K; exact K|auto].
      intros x v. apply gives_simple. tauto.
    - intros a. eapply gives_weaken; [apply (gives_each (0%nat, 0) (H /\ Forall2 (fun a v => constant_den a =
      true /\ fval e a = v) a vs)
          _ (fun s t => fst s = fst t /\ mean (snd s) (snd t)) (fun y t => mean y (gate 2 vs (fst t) * snd t))
          (fun t => (fst t < List.length vs)%nat /\ (off -> no_kink (2%nat, [vs]))))| | |].
      + intros [c x] [c' v]. cbn [fst snd]. eapply gives_bind; [apply gives_symbol| |].
        * intros id. apply gives_ret. intros (((HP & Ha) & Ec & Hx) & Hid). subst c'. cbn [fst snd] in Hid.
          assert (EV : map (fval e) a = vs) by (clear -Ha; induction Ha as [|y z l l' [_ Hy]]; simpl;
            congruence).
          rewrite EV in Hid. apply (means_mul Reals); [apply mean_var; exact Hid|exact Hx].
        * intros ((HP & Ha) & Ec & Hx) R. cbn [fst snd regular] in *. subst c'.
          assert (EV : map (fval e) a = vs) by (clear -Ha; induction Ha as [|y z l l' [_ Hy]]; simpl;
            congruence).
          rewrite EV. exact R.
      + intros ((HP & HF) & Ha). split; [split; [exact HP|exact Ha]|]. apply Forall2_seq. exact HF.
      + intros ys _ K. rewrite keep_largest_gate. apply Forall2_r. exact K.
      + intros _ R [c x] Hz. apply in_combine_l, in_seq in Hz. split; [exact (proj2 Hz)|exact R].
    - auto.
  Qed.
  Lemma gives_divide (H : Prop) x y v w : (H -> mean x v /\ mean y w) ->
    gives H (divide first (x, y)) (fun z => mean z (v / w)) (w <> 0).
  Proof.
    intros HM. unfold divide. destruct (Checker.constant (fst y)).
    - apply gives_ret. intros HP. destruct (HM HP) as [Hx Hy]. exact (means_quot Reals e x y v w Hx Hy).
    - eapply gives_bind; [apply (gives_apply H Inverse y w); [exact Logic.I|intros HP; apply (HM HP)]| |].
      + intros r. apply gives_ret. intros [HP Hr]. destruct (HM HP) as [Hx Hy].
        exact (means_mul Reals e x r v (/ w) Hx Hr).
      + intros _ R. exact R.
  Qed.

  (* ---------------------------------------------------------------- nodes and programs *)
  Notation mats := (Forall2 (Forall2 mean)).
  Lemma combine_rel {X Y X' Y'} (P : X -> X' -> Prop) (Q : Y -> Y' -> Prop) l l' : Forall2 P l l' -> forall m
    m',
    Forall2 Q m m' -> Forall2 (fun s t => P (fst s) (fst t) /\ Q (snd s) (snd t)) (List.combine l m)
      (List.combine l' m').
  Proof. intros H. induction H; intros m m' G; simpl; [constructor|]. destruct G; constructor; auto. Qed.
  Lemma zip_combine {X Y Z} (f : X -> Y -> Z) l : forall m, zip f l m = map (fun t => f (fst t) (snd t))
    (List.combine l m).
  Proof. induction l as [|x l IH]; intros [|y m]; simpl; try reflexivity. rewrite IH. reflexivity. Qed.
  Variable e2 : positive -> R.
  Hypothesis same : forall a, (a < first)%positive -> e a = e2 a.
  Notation K2 := (sem_ops Reals e2).
  Definition regular_node (nd : node) (acc : list (list (list R))) : Prop :=
    match nd with
    | Gate k i _ => regular_unit off (k, nth i acc [])
    | Quot _ j => forall d, In d (List.concat (nth j acc [])) -> d <> 0
    | _ => True
    end.
  Lemma step_mean acc accv nd : Forall2 mats acc accv -> is_gate nd = false ->
    in_order first 0 [nd] = true -> mats (step (frac_ops variable) acc nd) (@step R K2 accv nd).
  Proof.
    intros H G O. rewrite <- (step_same e e2 first same 0 accv nd O G).
    apply (step_rel frac R (frac_ops variable) (sem_ops Reals e) mean); auto.
    - intros _. cbn [o0 frac_ops sem_ops snd fst peval]. cbn. ring.
    - exact (means_add Reals e).
    - exact (means_mul Reals e).
    - exact (means_opp Reals e).
    - exact (means_quot Reals e).
    - exact (means_const Reals e).
    - exact (means_var Reals e).
  Qed.
  Lemma gives_node acc accv u nd : gives (Forall2 mats acc accv) (node_value first acc nd)
    (fun m => mats m (fst (evaluate R K2 (real_units I) nd accv u))) (regular_node nd accv).
  Proof.
    assert (Ret : is_gate nd = false -> in_order first 0 [nd] = true ->
      gives (Forall2 mats acc accv) (ret (step (frac_ops variable) acc nd))
        (fun m => mats m (@step R K2 accv nd)) (regular_node nd accv)).
    { intros G O. apply gives_ret. intros H. apply step_mean; assumption. }
    assert (N : forall i, Forall2 mats acc accv -> mats (nth i acc []) (nth i accv [])).
    { intros i H. apply (nth_rel mats); [constructor|exact H]. }
    destruct nd as [v|v|i j|i|i j|i j|i j|i j|i|i k|i|v|kind i ids]; try (apply Ret; reflexivity).
    - cbn [node_value]. eapply gives_bind with (here := True); [apply gives_require| |auto]. intros [].
      apply gives_ret. intros [H E]. apply step_mean; [exact H|reflexivity|]. cbn [in_order]. rewrite E.
        reflexivity.
    - clear Ret. cbn [node_value evaluate step fst regular_node].
      eapply gives_weaken; [apply (gives_each ([] : list R, [] : list R) True _
        (fun s t => Forall2 mean (fst s) (fst t) /\ Forall2 mean (snd s) (snd t))
        (fun y t => Forall2 mean y (zip Rdiv (fst t) (snd t)))
        (fun t => forall d, In d (snd t) -> d <> 0))| | |].
      + intros [r s] [r' s']. cbn [fst snd].
        eapply gives_weaken; [apply (gives_each (0, 0) True _ (fun s t => mean (fst s) (fst t) /\ mean (snd s)
          (snd t))
          (fun y t => mean y (fst t / snd t)) (fun t => snd t <> 0))| | |].
        * intros [x y] [v w]. apply gives_divide. tauto.
        * intros (_ & H1 & H2). split; [exact Logic.I|]. exact (combine_rel mean mean _ _ H1 _ _ H2).
        * intros ys _ F. rewrite zip_combine. apply Forall2_r. exact F.
        * intros _ R [v w] Hin. apply R. eapply in_combine_r. exact Hin.
      + intros H. split; [exact Logic.I|].
        exact (combine_rel (Forall2 mean) (Forall2 mean) _ _ (N i H) _ _ (N j H)).
      + intros m _ F. rewrite zip_combine. apply Forall2_r. exact F.
      + intros _ R [v w] Hin d Hd. apply R. apply in_concat. exists w. split; [|exact Hd]. eapply
        in_combine_r. exact Hin.
    - clear Ret. destruct (Nat.eq_dec kind 2) as [->|NK].
      + cbn [node_value evaluate fst regular_node real_units].
        eapply gives_weaken; [apply (gives_each ([] : list R) True _ (Forall2 mean) (fun y t => Forall2 mean y
          (keep_largest t))
          (fun t => off -> no_kink (2%nat, [t])))| | |].
        * intros row vs. apply gives_window.
        * intros H. split; [exact Logic.I|]. apply N. exact H.
        * intros m _ F. apply Forall2_r. exact F.
        * intros _ R row Hrow K r [<-|[]]. apply (R K). exact Hrow.
      + assert (E : node_value first acc (Gate kind i ids) = each (each (unit_value first kind)) (nth i acc
        []))
          by (destruct kind as [|[|[|kind]]]; try reflexivity; congruence).
        rewrite E. cbn [evaluate fst regular_node].
        assert (E2 : forall n m, real_units I n kind m = map (map (entry_function I kind)) m)
          by (intros; destruct kind as [|[|[|kind]]]; try reflexivity; congruence).
        rewrite E2.
        eapply gives_weaken; [apply (gives_each ([] : list R) True _ (Forall2 mean)
          (fun y t => Forall2 mean y (map (entry_function I kind) t)) (fun t => forall z, In z t ->
            regular_entry kind z))| | |].
        * intros row vs. eapply gives_weaken; [apply (gives_each 0 True _ mean (fun y z => mean y
          (entry_function I kind z))
            (regular_entry kind))| | |].
          -- intros x v. apply gives_unit. tauto.
          -- intros K. exact K.
          -- intros y _ F. apply Forall2_r. exact F.
          -- intros _ R. exact R.
        * intros H. split; [exact Logic.I|]. apply N. exact H.
        * intros m _ F. apply Forall2_r. exact F.
        * intros _ R row Hrow z Hz. clear E E2. unfold regular_unit in R. cbn [fst snd] in R.
          do 14 (destruct kind as [|kind]; [try exact Logic.I; try congruence; solve
            [intros K; apply (R K row Hrow z Hz)|apply (R row z Hrow Hz)]|]). exact Logic.I.
  Qed.
  Theorem values_ok prog : forall acc T t T' accv u tv u', values_of first prog acc T = Ok (t, T') ->
    run_with R K2 (real_units I) prog accv u = (tv, u') -> longer T T' /\
    (sat T' -> Forall2 mats acc accv -> Forall2 mats t tv /\ (fine T -> (forall x, In x u' -> regular_unit off
      x)
      ->
      (forall d, In d (divisors K2 (real_units I) prog accv u) -> d <> 0) -> fine T')).
  Proof.
    induction prog as [|nd prog IH]; intros acc T t T' accv u tv u' HV HR.
    - cbn [values_of run_with] in *. injection HV as <- <-. injection HR as <- <-. split; [apply
      longer_refl|auto].
    - cbn [values_of] in HV. unfold bind in HV. destruct (node_value first acc nd T) as [[m T1]|] eqn:E1;
      [|discriminate].
      cbn [run_with] in HR. destruct (evaluate R K2 (real_units I) nd accv u) as [mv u1] eqn:EV.
      destruct (gives_node acc accv u nd T m T1 E1) as [L1 V1]. rewrite EV in V1. cbn [fst] in V1.
      destruct (IH _ _ _ _ _ _ _ _ HV HR) as [L2 V2]. split; [eapply longer_trans; eauto|]. intros S HA.
      destruct V1 as [Hm F1]; [eapply longer_sat; eauto|exact HA|].
      destruct V2 as [Ht F2]; [exact S|apply Forall2_app; auto|]. split; [exact Ht|]. intros F RU RD.
      cbn [divisors] in RD. rewrite EV in RD. apply F2; [|exact RU|intros d Hd; apply RD; apply in_or_app; now
        right].
      apply F1; [exact F|]. destruct nd as [v|v|i j|i|i j|i j|i j|i j|i|i k|i|v|kind i ids]; try exact
        Logic.I; cbn [regular_node].
      + intros d Hd. apply RD. apply in_or_app. now left.
      + apply RU. destruct (log_extends R K2 (real_units I) prog (accv ++ [mv]) u1) as (T0 & w & EL). rewrite
        HR in EL.
        injection EL as _ ->. cbn [evaluate] in EV. injection EV as _ <-. apply in_or_app. left. apply
          in_or_app. right. now left.
  Qed.
End Values.
